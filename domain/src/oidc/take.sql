delete from challenge
where state_hash = $1 and browser_hash = $2 and expires_at > $3
returning kind, user_id, session_id, state, secret_sealed, created_at
