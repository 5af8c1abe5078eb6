select
  t.session_id,
  s.user_id,
  s.org_id,
  u.role,
  u.token_epoch,
  t.used_at,
  t.successor,
  -- Null where no successor was given, or where its row no longer exists.
  (select n.used_at is not null from refresh_token n where n.hash = t.successor) as successor_used,
  s.revoked_at is null and s.expires_at > $2 and u.deleted_at is null as alive
from refresh_token t
join session s on s.id = t.session_id
join app_user u on u.id = s.user_id
where t.hash = $1
-- Two uses of one token take turns: the second sees the successor that the first was given.
for update of s
