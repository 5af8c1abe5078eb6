select m.role, u.role as platform_role
from org_member m
join app_user u on u.id = m.user_id
join org o on o.id = m.org_id
where m.org_id = $1 and m.user_id = $2 and u.deleted_at is null and u.disabled_at is null and o.deleted_at is null
for share of m
