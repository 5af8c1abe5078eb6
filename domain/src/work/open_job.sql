-- The job that is open on the server `v`: at most one is, since each holds the server's exclusive key.
left join lateral (
  select
    id as job_id,
    kind as job_kind,
    state as job_state,
    progress as job_progress,
    attempts as job_attempts,
    created_at as job_created_at,
    case when state in ('stuck', 'retry') then error->>'customer' end as job_failure
  from job_open
  where target_type = 'vps' and target_id = v.id
  order by id desc
  limit 1
) j on true
