select
  m.machine_ref, m.vps_id, v.label, v.org_id, o.name as org_name, m.asked_micros, m.charged_micros
from supplier_servers($1) m
left join vps v on v.id = m.vps_id
left join org o on o.id = v.org_id
where m.machine_ref is not null
order by m.vps_id is not null, m.charged_micros - m.asked_micros, m.machine_ref
limit $2
