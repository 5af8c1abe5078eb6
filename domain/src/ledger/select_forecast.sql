select
  a.wallet, a.receivable, business_now() as now,
  s.vps_id, s.month_micros, s.hours_per_month, s.capped, s.minimum_s, s.started_at, s.base_micros, s.cap_micros,
  s.billed_hours, s.billed_micros
from (
  select
    max(balance_micros) filter (where kind = 'wallet') as wallet,
    coalesce(max(balance_micros) filter (where kind = 'receivable'), 0) as receivable
  from account
  where org_id = $1 and currency = 'USD'
  having count(*) > 0
) a
left join usage_segment s on s.org_id = $1 and s.ended_at is null
order by s.id
limit 100000
