select s.id
from session s
join app_user u on u.id = s.user_id
where s.id = $1 and s.user_id = $2 and s.revoked_at is null and s.expires_at > $3 and s.impersonation_id is null
  and u.deleted_at is null and u.disabled_at is null
for no key update of s
