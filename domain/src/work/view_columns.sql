-- Who asked is told of members of the organisation alone, as in activity/events.sql.
select
  j.id, j.kind, j.params, j.state, j.progress, j.target_type, j.target_id, j.attempts, j.max_attempts,
  case when j.state = 'retry' then j.run_at end as next_try_at,
  u.id as actor_id, u.name as actor_name, i.name as support_name,
  j.created_at, j.finished_at,
  case when j.state in ('failed', 'stuck') then j.error->>'customer' end as failure
from job j
left join org_member m on m.org_id = j.org_id and m.user_id = j.actor_id
left join app_user u on u.id = m.user_id
left join app_user i on i.id = j.impersonator_id
