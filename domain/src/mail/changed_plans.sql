select
  p.name, p.known_cost_micros as known_micros,
  case when t.gone_at is null then t.month_micros end as now_micros
from plan p
join cloud c on c.id = p.cloud_id and c.deleted_at is null
join cloud_type t on t.cloud_id = p.cloud_id and t.id = p.type_id
where p.deleted_at is null
  and (t.gone_at is not null or t.month_micros <> coalesce(p.known_cost_micros, t.month_micros))
order by p.name
limit $1
