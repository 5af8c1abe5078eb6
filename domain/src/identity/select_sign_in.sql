select u.id, u.password_hash, u.role, u.token_epoch, m.org_id
from app_user u
join org_member m on m.user_id = u.id
where u.email = $1 and u.deleted_at is null
order by m.created_at
limit 1
