select
  c.queue, c.paused, c.paused_reason, c.ring_window, c.org_running, c.cloud_running,
  (select count(*) from (
     select from job_takeable j where j.queue = c.queue and j.run_at <= now() limit $2) d) as due,
  (select count(*) from (
     select from job_takeable j where j.queue = c.queue and j.state = 'queued' limit $2) d) as queued,
  (select count(*) from (
     select from job_takeable j where j.queue = c.queue and j.state = 'waiting' limit $2) w) as waiting,
  (select count(*) from (
     select from job_takeable j where j.queue = c.queue and j.state = 'retry' limit $2) r) as retrying,
  (select count(*) from job j where j.queue = c.queue and j.state = 'running') as running,
  coalesce((
    select sum((q->>'slots')::int)
    from worker w
    cross join jsonb_array_elements(w.queues) q
    where w.seen_at > clock_timestamp() - interval '1 minute' and w.state = 'running' and q->>'queue' = c.queue
  ), 0)::bigint as slots,
  extract(epoch from now() - (
