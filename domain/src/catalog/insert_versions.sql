insert into plan_price (
  plan_id, version, cost_month_micros, markup_month_micros, region_costs, hours_per_month, capped, minimum_s,
  since)
select
  p.id, coalesce(l.version, 0) + 1, t.month_micros, p.markup_month_micros, r.costs, p.hours_per_month, p.capped,
  p.minimum_s, business_now()
from plan p
join cloud_type t on t.cloud_id = p.cloud_id and t.id = p.type_id
cross join lateral (
  select coalesce(jsonb_object_agg(o.region_id, o.month_micros), '{}') as costs
  from cloud_offer o
  where o.cloud_id = p.cloud_id and o.type_id = p.type_id and o.month_micros <> t.month_micros
) r
left join lateral (
  select * from plan_price pp where pp.plan_id = p.id order by pp.version desc limit 1
) l on true
where p.cloud_id = $1
  and p.deleted_at is null
  and (t.month_micros, p.markup_month_micros, r.costs, p.hours_per_month, p.capped, p.minimum_s)
    is distinct from (
      l.cost_month_micros, l.markup_month_micros, l.region_costs, l.hours_per_month, l.capped, l.minimum_s)
