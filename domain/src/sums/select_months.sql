select
  s.month,
  sum(s.revenue)::bigint as revenue_micros,
  sum(s.cost)::bigint as cost_micros,
  coalesce(sum(s.revenue) filter (where s.unknown), 0)::bigint as unknown_micros,
  sum(s.hours)::bigint as hours
from sums s
group by s.month
order by s.month
