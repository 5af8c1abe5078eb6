select
  c.id, c.payment_id, p.org_id, o.name as org_name, c.provider_ref, c.mismatch, p.amount_micros as asked_micros,
  c.amount_micros, c.currency, back.micros as refunded_micros, c.captured_at
from payment_capture c
join payment p on p.id = c.payment_id
join org o on o.id = p.org_id
cross join lateral (
  select coalesce(sum(r.amount_micros), 0)::bigint as micros
  from payment_refund r
  where r.capture_id = c.id and r.state <> 'failed'
) back
where c.mismatch is not null and c.allocated_at is null and back.micros < c.amount_micros
  and ($1::uuid is null or c.id = $1) and ($2::uuid is null or c.id < $2)
order by c.id desc
limit $3
