-- What the relay and the claims go by (queue/ring_jobs.sql, queue/claim_rows.sql, queue/select_windows.sql), for one
-- job.
select
  j.state, j.kind, j.queue, j.cloud_id, j.attempts, j.max_attempts, j.run_at, j.error_code, j.dispatched_at,
  j.run_at > now() as later,
  j.cancel_requested,
  j.progress->>'words' as words,
  case when j.state = 'waiting' then array(
    select jsonb_array_elements_text(
      case jsonb_typeof(j.step_data->'awaits') when 'array' then j.step_data->'awaits' else '[]' end))
  else '{}' end as awaits,
  case when c.paused then c.paused_at end as queue_paused_at,
  c.paused_reason as queue_reason,
  (select coalesce(u.name, 'The operator')
   from activity a
   left join app_user u on u.id = a.actor_id
   where a.entity_type = 'queue' and a.entity_name = j.queue and a.event = 'queue.pause'
   order by a.id desc
   limit 1) as queue_paused_by,
  k.name as cloud_name,
  k.paused_at as cloud_paused_at,
  k.paused_reason as cloud_reason,
  case k.paused_by when 'platform' then 'SkyPanel' when 'operator' then (
    select coalesce(u.name, 'The operator')
    from activity a
    left join app_user u on u.id = a.actor_id
    where a.entity_type = 'cloud' and a.entity_id = k.id and a.event = 'cloud.pause'
    order by a.id desc
    limit 1)
  end as cloud_paused_by,
  (select max(b.blocked_until) from cloud_budget b
   where b.cloud_id = j.cloud_id and b.blocked_until > clock_timestamp()) as blocked_until,
  c.org_running as org_bound,
  c.cloud_running as cloud_bound,
  c.ring_window,
  o.name as org_name,
  (select count(*) from job r where r.state = 'running' and r.queue = j.queue and r.org_id = j.org_id) as org_running,
  (select count(*) from job r where r.state = 'running' and r.queue = j.queue and r.cloud_id = j.cloud_id)
    as cloud_running,
  (select count(*) from job r where r.state = 'running' and r.queue = j.queue) as running,
  w.slots,
  w.kind_slots,
  (select count(*)
   from (
     select
     from job r
     where r.queue = j.queue and r.state in ('queued', 'waiting', 'retry') and r.run_at <= now()
       and r.dispatched_at > now() - interval '15 seconds'
     limit 2001) d) as rung,
  (select count(*)
   from (
     select
     from job r
     where r.queue = j.queue and r.state in ('queued', 'waiting', 'retry') and r.run_at <= now()
       and r.org_id is not distinct from j.org_id
       and (r.priority, r.run_at, r.id) < (j.priority, j.run_at, j.id)
     limit $2) d) as ahead,
  (select count(*)
   from (
     select
     from job r
     where r.queue = j.queue and r.state in ('queued', 'waiting', 'retry') and r.run_at <= now()
     limit $2) d) as due,
  f.since as oldest_due_at
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
cross join lateral (
