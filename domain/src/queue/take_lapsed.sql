update job set
  crashes = crashes + 1,
  lease_until = null,
  lease_owner = null,
  dispatched_at = null,
  run_at = now(),
  state = case when crashes + 1 >= $1 then 'stuck' else 'retry' end,
  error_code = 'worker_lost',
  error = jsonb_build_object(
    'customer', 'This is taking longer than it should. We are looking into it.',
    'admin', 'The worker ' || coalesce(lease_owner, '?') || ' vanished while it held this job.',
    'provider_request_id', null)
where id in (
  select id
  from job
  where state = 'running' and lease_until < now()
  order by lease_until
  limit $2
  for update skip locked)
returning
  id, org_id, kind, state = 'stuck' as stuck,
  case when target_type = 'vps' then target_id end as vps_id
