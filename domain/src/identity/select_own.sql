-- A session by its id, as if its living token had been shown; nobody is in its holder's place.
select
  s.id as session_id, s.user_id, u.role, u.token_epoch,
  s.created_at as opened_at, s.expires_at, null::timestamptz as used_at,
  case when s.successor_until > $2 then s.successor_sealed end as successor_sealed,
  (select l.hash from refresh_token l where l.session_id = s.id and l.used_at is null) as living_hash,
  s.revoked_at is null and s.expires_at > $2 and u.deleted_at is null and u.disabled_at is null as alive,
  s.amr, s.verified_at, null::uuid as impersonator_id, null::uuid as impersonation_id,
  null::boolean as writes, null::int as admin_epoch, null::uuid as parent_id, null::timestamptz as parent_until,
  null::timestamptz as until_at, null::uuid as only_org
from session s
join app_user u on u.id = s.user_id
where s.id = $1 and s.impersonation_id is null
