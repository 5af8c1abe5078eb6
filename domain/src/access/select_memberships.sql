select o.id as org_id, o.name as org_name, m.role
from org_member m
join org o on o.id = m.org_id
where m.user_id = $1 and o.deleted_at is null
order by m.created_at, o.id
limit $2
