select e.user_id
from erasure e
where e.done_at is null
  and not exists (
    select from job_open j
    where j.kind = 'user.erase' and j.target_type = 'user' and j.target_id = e.user_id
  )
order by e.created_at
limit $1
