-- What a process keeps of keys in use. A key whose maker left, was disabled or deleted is not alive.
select
  k.id, k.ident, k.hash, k.org_id, k.user_id, k.name, k.scopes, k.ip_allow, k.expires_at,
  m.role, u.role as platform_role,
  exists (select from totp t where t.user_id = u.id) or exists (select from passkey p where p.user_id = u.id)
    as second_factor
from api_key k
join org_member m on m.org_id = k.org_id and m.user_id = k.user_id
join app_user u on u.id = k.user_id
join org o on o.id = k.org_id
where k.ident = any($1) and k.revoked_at is null and k.expires_at > business_now()
  and u.deleted_at is null and u.disabled_at is null and o.deleted_at is null
