-- Servers that the list ($2) does not show, lost ones last; what a job works on is its job's to ask for.
select v.provider_ref
from vps v
where v.cloud_id = $1
  and v.status in ('running', 'stopped', 'lost')
  and v.provider_ref is not null
  and v.provider_ref <> all($2::text[])
  and not exists (select from job_open j where j.target_type = 'vps' and j.target_id = v.id)
order by v.status = 'lost', v.id
limit $3
