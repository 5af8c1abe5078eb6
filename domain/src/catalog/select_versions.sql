select
  pp.version, pp.cost_month_micros, pp.markup_month_micros, pp.region_costs, pp.hours_per_month, pp.capped,
  pp.minimum_s, pp.since,
  (select count(*) from vps_live v where v.plan_id = pp.plan_id and v.price_version = pp.version) as servers
from plan_price pp
where pp.plan_id = $1
order by pp.version desc
limit 500
