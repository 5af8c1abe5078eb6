select
  r.id, r.payment_id, r.destination, r.origin, r.state, r.amount_micros, r.currency, r.provider_ref, r.failure,
  r.reason, u.name as asked_by_name, r.created_at, r.ended_at
from payment_refund r
left join app_user u on u.id = r.asked_by
