select
  d.id, d.provider_ref, d.payment_id, d.org_id, o.name as org_name, d.state, d.stage, d.amount_micros, d.held_micros,
  d.due_at, d.opened_at, d.ended_at
from dispute d
join org o on o.id = d.org_id
where ($1::uuid is null or d.payment_id = $1) and ($2::uuid is null or d.id < $2)
order by d.id desc
limit $3
