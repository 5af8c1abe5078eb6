  , p.cloud_id, c.name as cloud_name, p.type_id,
  t.month_micros as cost_month_micros, p.markup_month_micros, p.active,
  t.gone_at as size_gone_at, p.known_cost_micros,
  (select count(*) from vps_live v where v.plan_id = p.id) as servers, p.created_at
from plan p
join cloud c on c.id = p.cloud_id
join cloud_type t on t.cloud_id = p.cloud_id and t.id = p.type_id
where p.deleted_at is null
