-- The job that is open on the server `v`: at most one is, since each holds the server's exclusive key.
left join lateral (
  select
    o.id as job_id,
    o.kind as job_kind,
    o.params as job_params,
    o.state as job_state,
    o.progress as job_progress,
    o.attempts as job_attempts,
    o.max_attempts as job_max_attempts,
    case when o.state = 'retry' then o.run_at end as job_next_try_at,
    u.id as job_actor_id,
    u.name as job_actor_name,
    i.name as job_support_name,
    o.created_at as job_created_at,
    case when o.state = 'stuck' then o.error->>'customer' end as job_failure
  from job_open o
  left join org_member m on m.org_id = o.org_id and m.user_id = o.actor_id
  left join app_user u on u.id = m.user_id
  left join app_user i on i.id = o.impersonator_id
  where o.target_type = 'vps' and o.target_id = v.id
  order by o.id desc
  limit 1
) j on true
