select
  r.id, r.payment_id, r.capture_id, r.org_id, r.origin, r.state, r.amount_micros, r.currency, r.fee_micros,
  r.provider_ref
from payment_refund r
