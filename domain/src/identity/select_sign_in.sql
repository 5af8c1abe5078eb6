select u.id, u.email, u.password_hash, m.org_id
from app_user u
join org_member m on m.user_id = u.id
where u.email in ($1, $2) and u.deleted_at is null
order by u.email = $1 desc, m.created_at
limit 1
