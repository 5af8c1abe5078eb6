select u.id, u.email, u.password_hash
from app_user u
where u.email in ($1, $2) and u.deleted_at is null
order by u.email = $1 desc
limit 1
