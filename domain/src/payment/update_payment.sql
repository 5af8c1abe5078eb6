update payment
set
  state = $2, attempt = $3, declines = $4, order_id = $5, approve_url = $6, payee = $7, failure = $8,
  cancelled_at = $9, capture_began_at = $10, opened_at = $11, expires_at = $12, ended_at = $13, look_at = $14,
  looks = looks + 1
where id = $1
