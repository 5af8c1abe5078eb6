-- A session with its first token. The oldest ends when there are too many: the new one is not seen by this statement,
-- so it is counted beside those that are kept. Says whether the user should hear of it: of a device that was not seen
-- before, told by program and network; a cookie that says more is asked before this. One who registers was nowhere
-- before, and knows it.
with opened as (
  insert into session (id, user_id, created_at, expires_at, ip, user_agent, amr, verified_at, seen_at)
  values ($1, $2, $3, $4, $5::text::inet, $6, $7, $3, $3)
), given as (
  insert into refresh_token (hash, session_id, created_at)
  values ($8, $1, $3)
), oldest as (
  update session
  set revoked_at = $3, successor_sealed = null, successor_until = null
  where id in (
    select id from session
    where user_id = $2 and revoked_at is null and expires_at > $3 and impersonator_id is null
    order by created_at desc, id desc
    offset $9::bigint - 1
  )
)
select u.created_at < $3 and not exists (
  select from session before
  where before.user_id = $2 and before.user_agent is not distinct from $6
    and network(set_masklen(before.ip, case family(before.ip) when 4 then 24 else 64 end))
      is not distinct from network(
        set_masklen($5::text::inet, case family($5::text::inet) when 4 then 24 else 64 end)
      )
)
from app_user u
where u.id = $2
