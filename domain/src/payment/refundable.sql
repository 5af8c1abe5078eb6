select
  c.id, c.provider_ref, c.org_id, c.amount_micros, c.currency, c.mismatch, c.allocated_at, c.captured_at,
  coalesce(
    (select sum(r.amount_micros) from payment_refund r where r.capture_id = c.id and r.state <> 'failed'),
    0
  )::bigint as refunded_micros,
  exists (select from dispute d where d.capture_id = c.id and d.state = 'open') as disputed
from payment_capture c
