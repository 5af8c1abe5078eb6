-- Who did it is told of members of the organisation alone: which of our staff it was is nobody's business, unless they
-- acted in a member's place. Who was erased is told of as such.
select
  a.id, a.org_id, a.event, a.status, a.entity_type, a.entity_id, a.job_id,
  said(a.message, a.entity_type, a.entity_id) as message,
  u.id as actor_id, u.name as actor_name, i.name as support_name, a.created_at
from activity a
left join org_member m on m.org_id = a.org_id and m.user_id = a.actor_id
left join app_user u on u.id = a.actor_id and (m.user_id is not null or u.erased_at is not null)
left join app_user i on i.id = a.impersonator_id
