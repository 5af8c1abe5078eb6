update job set
  state = 'stuck',
  error_code = 'nobody_took_it',
  error = jsonb_build_object(
    'customer', 'This is taking longer than it should. We are looking into it.',
    'admin', 'No worker took this job before its deadline. Check under Workers whether one serves the queue ' || queue
      || ' and knows the kind ' || kind || ', then retry it.',
    'provider_request_id', null)
where id in (
  select j.id
  from job j
  join queue_control q on q.queue = j.queue and not q.paused
  left join cloud c on c.id = j.cloud_id
  where j.state in ('queued', 'waiting', 'retry')
    and j.deadline_at < now() - interval '5 min'
    and j.run_at < now() - interval '5 min'
    and c.paused_at is null
  order by j.id
  limit $1
  for update of j skip locked)
returning
  id, org_id, kind, true as stuck,
  case when target_type = 'vps' then target_id end as vps_id
