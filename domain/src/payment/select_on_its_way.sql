select
  least(
    (select min(c.created_at) from payment_capture c where c.payment_id = $1 and c.state = 'pending'),
    (
      select min(r.created_at) from payment_refund r
      where r.payment_id = $1 and r.destination = 'payer' and r.state in ('asked', 'pending')
    )
  ) as since,
  exists (select from dispute d where d.payment_id = $1 and d.state = 'open') as disputed
