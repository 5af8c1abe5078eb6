select
  t.session_id, s.user_id, u.role, u.token_epoch,
  s.created_at as opened_at, s.expires_at, t.used_at, s.successor_sealed,
  (select l.hash from refresh_token l where l.session_id = s.id and l.used_at is null) as living_hash,
  s.revoked_at is null and s.expires_at > $2 and u.deleted_at is null and u.disabled_at is null as alive,
  s.amr, s.verified_at, s.impersonator_id, s.impersonation_id
from refresh_token t
join session s on s.id = t.session_id
join app_user u on u.id = s.user_id
where t.hash = $1
