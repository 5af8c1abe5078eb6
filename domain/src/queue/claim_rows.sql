-- Rows are locked in the order of their ids, and a row that another worker is claiming is passed over, so that no two
-- claims wait for each other. They are found by arrays and not by joins, which the planner would rather do by reading
-- the whole table. The states are a value, and what runs is known by its lease: so no plan can take an index of all
-- that is due, or of all that runs, for them.
with pick as (
  select j.id, j.news
  from job j
  left join cloud c on c.id = j.cloud_id
  where j.id = any($1::uuid[])
    and j.kind = any($5)
    and ((j.state = any($6) and j.run_at <= now()) or (j.lease_until < now() and j.crashes < $4))
    and not exists (select from queue_control q where q.queue = j.queue and q.paused)
    and (c.paused_at is null or j.cancel_requested)
  order by j.id
  for update of j skip locked
)
update job set
  state = 'running',
  lease_token = lease_token + 1,
  lease_owner = ($2::text[])[array_position($1, job.id)],
  lease_until = now() + make_interval(secs => $3),
  started_at = coalesce(started_at, now()),
  claimed_at = now(),
  news = null,
  crashes = crashes + (state = 'running')::int
where job.id = any(array(select pick.id from pick))
returning
  job.id, lease_token, kind, queue, params, org_id, actor_id, cloud_id, step, step_data,
  (select pick.news from pick where pick.id = job.id) as news,
  attempts, max_attempts, cancel_requested,
  deadline_at < now() as overdue,
  traceparent,
  extract(epoch from now() - greatest(run_at, created_at))::float8 as waited_s
