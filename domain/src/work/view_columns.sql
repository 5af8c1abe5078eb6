select
  id, kind, state, progress, target_type, target_id, attempts, created_at, finished_at,
  case when state in ('failed', 'stuck', 'retry') then error->>'customer' end as failure
