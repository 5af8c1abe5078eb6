select
  p.cloud_id,
  p.name,
  p.type_id,
  t.vcpus,
  t.memory_mib,
  t.disk_gib,
  t.transfer_gb,
  t.month_micros as cost_month_micros,
  t.month_micros + p.markup_month_micros as month_micros,
  r.id as region_id,
  r.available as region_available,
  i.id as image_id,
  not i.deprecated and i.min_disk_mib <= t.disk_gib * 1024 as image_fits,
  business_now() as now
from plan p
join cloud c on c.id = p.cloud_id and c.active and c.deleted_at is null and c.status = 'valid'
join cloud_type t on t.cloud_id = p.cloud_id and t.id = p.type_id
-- A region or an image that is missing or not available is refused by name, so neither may lose the row.
left join cloud_region r on r.cloud_id = p.cloud_id and r.id = $2
left join cloud_image i on i.cloud_id = p.cloud_id and i.slug = $3
where p.id = $1 and p.active and p.deleted_at is null
