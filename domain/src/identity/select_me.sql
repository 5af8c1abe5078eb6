select
  u.id as user_id, u.email, u.name, u.role, u.email_verified_at is not null as email_verified, u.locale, u.time_zone,
  (select s.verified_at from session s where s.id = $2 and s.user_id = u.id) as verified_at
from app_user u
where u.id = $1 and u.deleted_at is null and u.disabled_at is null
