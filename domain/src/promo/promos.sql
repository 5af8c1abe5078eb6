select
  c.id, c.code, c.amount_micros, c.max_uses, c.uses, c.expires_at, c.ended_at,
  c.ended_at is null and (c.expires_at is null or c.expires_at > $1) and c.uses < c.max_uses as counts,
  u.name as created_by,
  c.created_at
from promo_code c
left join app_user u on u.id = c.created_by
