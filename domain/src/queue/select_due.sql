-- New jobs are found in the line of their queue, those that waited by their time: of these there may be many that are
-- not due for long. Limits and not exists, for which the planner might read all jobs that are due once and hash their
-- queues.
select
  q.queue,
  coalesce(
    (select true
     from job j
     where j.queue = q.queue
       and j.state = 'queued'
       and j.run_at <= now()
       and (j.dispatched_at is null or j.dispatched_at < now() - make_interval(secs => $2))
     limit 1),
    (select true
     from job j
     where j.queue = q.queue
       and j.state in ('waiting', 'retry')
       and j.run_at <= now()
       and (j.dispatched_at is null or j.dispatched_at < now() - make_interval(secs => $2))
     limit 1),
    false) as due,
  (select extract(epoch from min(run_at) - now())::float8
   from job
   where state in ('waiting', 'retry') and run_at > now() and run_at < now() + make_interval(secs => $3)) as next_s
from unnest($1::text[]) q(queue)
