, grouped as (
  select
    case $6 when 'cloud' then s.cloud_id when 'plan' then s.plan_id else s.org_id end as id,
    sum(s.revenue)::bigint as revenue_micros,
    sum(s.cost)::bigint as cost_micros,
    coalesce(sum(s.revenue) filter (where s.unknown), 0)::bigint as unknown_micros,
    sum(s.hours)::bigint as hours
  from sums s
  group by 1
  order by 2 desc, 1
  limit $7
)
select
  g.id, coalesce(c.name, p.name, o.name, '') as name,
  g.revenue_micros, g.cost_micros, g.unknown_micros, g.hours
from grouped g
left join cloud c on $6 = 'cloud' and c.id = g.id
left join plan p on $6 = 'plan' and p.id = g.id
left join org o on $6 = 'org' and o.id = g.id
order by g.revenue_micros desc, g.id
