-- The list's price is the provider's for the size in the region, and our markup. The organisation's may be another.
select
  p.id, p.name, t.vcpus, t.memory_mib, t.disk_gib, t.transfer_gb, p.cloud_id, p.type_id,
  coalesce(o.month_micros, t.month_micros) as cost_month_micros,
  coalesce(o.month_micros, t.month_micros) + p.markup_month_micros as list_month_micros,
  org_price(
    $4, p.id, coalesce(o.month_micros, t.month_micros) + p.markup_month_micros, business_now()) as month_micros,
  p.hours_per_month, p.capped, p.minimum_s,
  (select max(pp.version) from plan_price pp where pp.plan_id = p.id) as price_version,
  r.id as region_id, i.id as image_id, business_now() as now
