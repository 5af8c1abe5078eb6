select
  v.label,
  v.month_micros as before_micros,
  org_price(
    v.org_id, v.plan_id,
    case
      when pp.version is null then coalesce(v.list_month_micros, v.month_micros)
      else coalesce((pp.region_costs ->> v.region_id)::bigint, pp.cost_month_micros) + pp.markup_month_micros
    end,
    m.from_at) as after_micros
from price_move m
join vps_live v on v.org_id = $2 and (m.plan_id is null or v.plan_id = m.plan_id)
left join plan_price pp on pp.plan_id = v.plan_id and pp.version = m.version
where m.id = $1 and (m.org_id is null or m.org_id = v.org_id)
order by v.label
limit 50
