update session
set revoked_at = $2, successor_sealed = null, successor_until = null
where id in (
  select id from session
  where user_id = $1 and revoked_at is null and expires_at > $2 and impersonator_id is null
  order by created_at desc, id desc
  offset $3
)
