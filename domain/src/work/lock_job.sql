select
  id, org_id, kind, params, state, step, lease_token, cancel_requested,
  discarded_at is not null as discarded,
  coalesce(error_code = 'superseded', false) as superseded,
  exists (select from job r where r.retry_of = job.id) as taken_up,
  -- As in password_gone.sql, of a job that is locked here.
  kind = 'vps.provision' and state in ('failed', 'cancelled') and exists (
    select
    from vps v
    where v.id = job.target_id
      and v.ssh_public_key is null
      and not exists (select from vps_secret s where s.vps_id = v.id)
  ) as password_gone
from job
where id = $1
for update
