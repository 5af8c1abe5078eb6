-- What an organisation has is its wallet with what is set aside: an order's hold spends nothing, its capture does.
-- Charges in a row are summed up: a year of hours is a few rows.
with moved as (
  select
    j.id,
    j.kind,
    case when j.kind = any('{topup,allocation,refund,refund_back,reversal}') then j.meta->>'capture' end as capture,
    sum(p.amount_micros)::bigint as micros
  from account a
  join posting p on p.account_id = a.id
  join journal j on j.id = p.journal_id
  where a.org_id = $1 and a.currency = 'USD' and a.kind in ('wallet', 'hold')
  group by j.id
  having sum(p.amount_micros) <> 0
), runs as (
  select
    m.*,
    m.capture is null and m.micros < 0 as spent,
    count(*) filter (where m.capture is not null or m.micros > 0) over (order by m.id) as run
  from moved m
)
select min(kind) as kind, capture, sum(micros)::bigint as micros
from runs
group by run, spent, capture
order by min(id)
