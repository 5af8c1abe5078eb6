select
  u.id, u.email, u.name, u.role, m.created_at as joined_at,
  (select max(s.created_at) from session s where s.user_id = u.id and s.revoked_at is null) as signed_in_at
from org_member m
join app_user u on u.id = m.user_id
where m.org_id = $1
order by m.created_at, u.id
limit $2
