select
  d.id, d.capture_id, d.org_id, d.state, d.amount_micros, d.held_micros,
  c.amount_micros - coalesce(back.micros, 0) as rest_micros,
  coalesce(back.taken, false) as taken
from dispute d
join payment_capture c on c.id = d.capture_id
left join lateral (
  select sum(r.amount_micros)::bigint as micros, bool_or(r.origin = 'reversal' and r.state = 'done') as taken
  from payment_refund r
  where r.capture_id = c.id and r.state <> 'failed'
) back on true
where d.provider_ref = $1 and d.payment_id = $2
for update of d
