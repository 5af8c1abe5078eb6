select
  i.id, i.cloud_id, c.name as cloud_name, i.number, i.form, s.from_at, s.to_at, i.total_micros,
  s.asked_micros, s.unknown_micros, s.other_micros, s.charged_micros, s.servers, s.unknown_machines, i.imported_at
from supplier_invoice i
join cloud c on c.id = i.cloud_id
cross join lateral (
  select
    min(m.from_at) as from_at,
    max(m.to_at) as to_at,
    coalesce(sum(m.asked_micros) filter (where m.vps_id is not null), 0)::bigint as asked_micros,
    coalesce(sum(m.asked_micros) filter (where m.vps_id is null and m.machine_ref is not null), 0)::bigint
      as unknown_micros,
    coalesce(sum(m.asked_micros) filter (where m.machine_ref is null), 0)::bigint as other_micros,
    coalesce(sum(m.charged_micros), 0)::bigint as charged_micros,
    count(*) filter (where m.vps_id is not null) as servers,
    count(*) filter (where m.vps_id is null and m.machine_ref is not null) as unknown_machines
  from supplier_servers(i.id) m
) s
