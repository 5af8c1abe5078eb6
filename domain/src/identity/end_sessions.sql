update session
set revoked_at = $3, successor_sealed = null, successor_until = null
where revoked_at is null
  and id in ($1, (select session_id from refresh_token where hash = $2::bytea))
returning user_id, impersonation_id
