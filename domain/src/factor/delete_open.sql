delete from challenge
where id = $1 and kind = $2 and session_id is not distinct from $3::uuid and expires_at > $4
returning user_id, parent_id, state, secret_sealed, tries
