select e.refund_ref as provider_ref, bool_or(e.kind = 'PAYMENT.CAPTURE.REVERSED') as reversal
from payment_event e
left join payment_refund r on r.provider_ref = e.refund_ref
where e.payment_id = $1 and e.refund_ref is not null and (r.id is null or r.state in ('asked', 'pending'))
group by e.refund_ref
order by e.refund_ref
limit 20
