select
  k.id, k.org_id, k.user_id, u.name as user_name, k.name, k.ident, k.scopes, k.ip_allow, k.created_at, k.expires_at,
  k.revoked_at, k.last_used_at, host(k.last_ip) as last_ip, k.successor_id, m.role, u.role as platform_role,
  k.revoked_at is null and k.expires_at > business_now() and m.role is not null
    and u.disabled_at is null and u.deleted_at is null as alive
from api_key k
join app_user u on u.id = k.user_id
left join org_member m on m.org_id = k.org_id and m.user_id = k.user_id
