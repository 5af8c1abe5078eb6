with fresh as (
  select *
  from jsonb_to_recordset($1) as r(
    id uuid, org_id uuid, actor_id uuid, impersonator_id uuid, kind text, queue text, priority smallint,
    target_type text, target_id uuid, exclusive_key text, params jsonb, max_attempts int, deadline_s float8,
    retry_of uuid, cloud_id uuid, limited boolean)
), made as (
  insert into job (
    id, org_id, actor_id, impersonator_id, kind, queue, priority, target_type, target_id, exclusive_key, params,
    max_attempts, deadline_at, retry_of, cloud_id, traceparent)
  select
    id, org_id, actor_id, impersonator_id, kind, queue, priority, target_type, target_id, exclusive_key, params,
    max_attempts,
    now() + make_interval(secs => deadline_s),
    retry_of,
    case
      when target_type = 'vps' then coalesce(cloud_id, (select v.cloud_id from vps v where v.id = target_id))
      else cloud_id
    end,
    $2
  from fresh
  where not limited
    -- The queues are spelled out because the index of due jobs begins with them.
    or (select count(*) from (
          select
          from job_takeable o
          where o.queue in ('provision', 'power', 'billing', 'mail', 'upkeep') and o.org_id = fresh.org_id
          limit $3) open) < $3
  on conflict (exclusive_key) where state in ('queued', 'running', 'waiting', 'retry', 'stuck') do nothing
  returning id
)
select coalesce(array_agg(id), '{}') from made
