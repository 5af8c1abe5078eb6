-- Servers (v, s) whose price is older than the move, with the price that they get (n): the list's, of the version or as
-- their order was, as their organisation pays it at the move's moment. Those whose price stays the same are left out.
-- The run that charges them and the quote of the move read the same.
from price_move m
join usage_segment s on s.kind = 'vps'
  and s.ended_at is null
  and s.started_at < m.from_at
  and (m.org_id is null or s.org_id = m.org_id)
join vps v on v.id = s.vps_id and (m.plan_id is null or v.plan_id = m.plan_id)
left join plan_price pp on pp.plan_id = v.plan_id and pp.version = m.version
cross join lateral (
  select case
    when pp.version is null then coalesce(v.list_month_micros, v.month_micros)
    else coalesce((pp.region_costs ->> v.region_id)::bigint, pp.cost_month_micros) + pp.markup_month_micros
  end as micros
) list
cross join lateral (
  select
    org_price(s.org_id, v.plan_id, list.micros, m.from_at) as month_micros,
    coalesce(pp.hours_per_month, s.hours_per_month) as hours_per_month,
    coalesce(pp.capped, s.capped) as capped,
    case when pp.version is null then v.minimum_s else pp.minimum_s end as minimum_s,
    coalesce(pp.version, s.price_version) as version,
    list.micros as list_micros
) n
where m.id = $1
  and (m.version is null or pp.version is not null)
  and (s.month_micros, s.hours_per_month, s.capped, v.minimum_s, s.price_version)
    is distinct from (n.month_micros, n.hours_per_month, n.capped, n.minimum_s, n.version)
