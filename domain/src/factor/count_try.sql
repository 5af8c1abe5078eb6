update challenge
set tries = tries + 1
where id = $1 and kind = $2 and session_id is not distinct from $3::uuid and expires_at > $4 and tries < $5
returning user_id, parent_id, state, secret_sealed, tries
