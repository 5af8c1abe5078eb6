select
  p.id, p.org_id, p.actor_id, p.mode, p.amount_micros, p.currency, p.state, p.attempt, p.declines, p.order_id,
  p.approve_url, p.payee, p.failure, p.cancelled_at, p.capture_began_at, p.rings, p.created_at, p.opened_at,
  p.expires_at, p.ended_at,
  exists (select from org o where o.id = p.org_id and o.deleted_at is null) as lives
from payment p
where p.id = $1
for update of p
