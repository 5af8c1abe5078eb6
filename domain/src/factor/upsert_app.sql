insert into totp (user_id, secret_sealed, confirmed_at, last_step, last_used_at) values ($1, $2, $3, $4, $3)
on conflict (user_id) do update set
  secret_sealed = excluded.secret_sealed, confirmed_at = excluded.confirmed_at,
  last_step = excluded.last_step, burnt = '{}', last_used_at = excluded.last_used_at
