select
  p.id, p.org_id, o.name as org_name, p.actor_id, u.name as actor_name, p.mode, p.state, p.amount_micros, p.currency,
  taken.micros as credited_micros,
  taken.fee_micros,
  back.micros as refunded_micros,
  back.way_micros as refunding_micros,
  exists (select from dispute d where d.payment_id = p.id and d.state = 'open') as disputed,
  p.order_id, p.approve_url, p.failure, p.cancelled_at, p.created_at, p.expires_at, p.ended_at
from payment p
join org o on o.id = p.org_id
left join app_user u on u.id = p.actor_id
cross join lateral (
  select
    coalesce(sum(c.amount_micros), 0)::bigint as micros,
    coalesce(sum(c.fee_micros), 0)::bigint as fee_micros
  from payment_capture c
  where c.payment_id = p.id and c.journal_id is not null and (c.mismatch is null or c.allocated_at is not null)
) taken
cross join lateral (
  select
    coalesce(sum(r.amount_micros) filter (where r.state = 'done'), 0)::bigint as micros,
    coalesce(sum(r.amount_micros) filter (where r.state in ('asked', 'pending')), 0)::bigint as way_micros
  from payment_refund r
  where r.payment_id = p.id and r.destination = 'payer'
) back
