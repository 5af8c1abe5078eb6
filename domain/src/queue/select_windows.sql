select
  c.queue,
  case when c.paused then 0 else least(c.ring_window, greatest($2, $1 * coalesce(s.slots, 0))) end::bigint as rings
from queue_control c
left join (
  select q->>'queue' as queue, sum((q->>'slots')::int) as slots
  from worker w
  cross join jsonb_array_elements(w.queues) q
  where w.seen_at > clock_timestamp() - interval '1 minute' and w.state = 'running'
  group by 1
) s using (queue)
