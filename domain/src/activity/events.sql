select
  a.id, a.org_id, a.event, a.status, a.entity_type, a.entity_id, a.job_id, a.message,
  a.actor_id, u.name as actor_name, a.created_at
from activity a
left join app_user u on u.id = a.actor_id
