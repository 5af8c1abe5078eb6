select u.id as user_id, u.email, u.name, u.role, o.id as org_id, o.name as org_name
from app_user u
join org_member m on m.user_id = u.id
join org o on o.id = m.org_id
where u.id = $1 and o.id = $2 and u.deleted_at is null and o.deleted_at is null
