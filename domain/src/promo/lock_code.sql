select
  id,
  code,
  amount_micros,
  ended_at is null and (expires_at is null or expires_at > $2) and uses < max_uses as counts
from promo_code
where code = $1
for update
