  ) as oldest_due_at
from job j
join queue_control c on c.queue = j.queue
left join org o on o.id = j.org_id
left join cloud k on k.id = j.cloud_id
cross join lateral (
  select
    coalesce(sum((q->>'slots')::int), 0)::bigint as slots,
    coalesce(sum((q->>'slots')::int) filter (where j.kind = any(w.kinds)), 0)::bigint as kind_slots
  from worker w
  cross join jsonb_array_elements(w.queues) q
  where w.seen_at > clock_timestamp() - interval '1 minute' and w.state = 'running' and q->>'queue' = j.queue) w
where j.id = $1 and j.state in ('queued', 'waiting', 'retry')
