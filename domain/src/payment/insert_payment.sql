insert into payment (
  id, org_id, actor_id, provider, mode, amount_micros, currency, state, created_at, expires_at, look_at)
values ($1, $2, $3, $4, $5, $6, $7, 'new', $8, $9, $8::timestamptz + interval '10 minutes')
