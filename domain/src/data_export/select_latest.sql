select
  e.id, e.job_id, e.created_at, e.expires_at, e.bytes, e.sealed is not null as kept,
  exists (select from job_open j where j.id = e.job_id) as open
from data_export e
where e.user_id = $1
order by e.created_at desc, e.id desc
limit 1
