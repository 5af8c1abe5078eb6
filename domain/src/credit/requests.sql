select
  r.id, r.org_id, o.name as org_name, w.balance_micros, r.amount_micros, r.reason, r.state,
  r.asked_by, a.name as asked_by_name, r.asked_at, r.expires_at,
  r.state = 'waiting' and r.expires_at <= business_now() as expired,
  d.name as decided_by_name, r.decided_at, r.decision
from credit_request r
join org o on o.id = r.org_id
join account w on w.org_id = r.org_id and w.kind = 'wallet' and w.currency = 'USD'
join app_user a on a.id = r.asked_by
left join app_user d on d.id = r.decided_by
