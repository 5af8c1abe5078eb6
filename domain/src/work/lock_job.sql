select
  id, org_id, kind, params, state, step, lease_token, cancel_requested,
  discarded_at is not null as discarded,
  coalesce(error_code = 'superseded', false) as superseded,
  exists (select from job r where r.retry_of = job.id) as taken_up
from job
where id = $1
for update
