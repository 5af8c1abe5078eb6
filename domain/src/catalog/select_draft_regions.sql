select r.id, r.label, o.month_micros as cost_month_micros
from cloud_offer o
join cloud_region r on r.cloud_id = o.cloud_id and r.id = o.region_id
join cloud_type t on t.cloud_id = o.cloud_id and t.id = o.type_id
where o.cloud_id = $1 and o.type_id = $2 and o.month_micros <> t.month_micros
order by o.month_micros desc, r.label
limit 500
