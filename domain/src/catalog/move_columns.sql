select
  m.id, m.plan_id, p.name as plan_name, m.version, m.org_id, o.name as org_name, m.override_id, m.from_at,
  m.created_at, m.cancelled_at, m.done_at,
  (select count(*) from vps_live v
    where (m.plan_id is null or v.plan_id = m.plan_id) and (m.org_id is null or v.org_id = m.org_id)) as servers
from price_move m
left join plan p on p.id = m.plan_id
left join org o on o.id = m.org_id
