-- The price is the provider's for the size in the region, and our markup.
select
  p.id, p.name, t.vcpus, t.memory_mib, t.disk_gib, t.transfer_gb, p.cloud_id, p.type_id,
  coalesce(o.month_micros, t.month_micros) as cost_month_micros,
  coalesce(o.month_micros, t.month_micros) + p.markup_month_micros as month_micros,
  r.id as region_id, i.id as image_id, business_now() as now
