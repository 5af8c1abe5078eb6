select o.id
from org o
where ($3::uuid is null or o.id > $3)
  and exists (
    select
    from usage_segment s
    where s.org_id = o.id
      and s.started_at < $2
      and s.billed_hours > 0
      and (s.ended_at is null or s.ended_at >= $1))
  and not exists (
    select from invoice i where i.org_id = o.id and i.kind = 'invoice' and i.period_from = $1)
order by o.id
limit $4
