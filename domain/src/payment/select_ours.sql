select c.provider_ref as id, c.amount_micros as micros, c.currency, c.captured_at as at
from payment_capture c
where c.state = 'completed' and c.captured_at >= $1 and c.captured_at < $2
union all
select r.provider_ref, -r.amount_micros, r.currency, coalesce(r.ended_at, r.created_at)
from payment_refund r
where r.state = 'done' and r.provider_ref is not null and coalesce(r.ended_at, r.created_at) >= $1
  and coalesce(r.ended_at, r.created_at) < $2
