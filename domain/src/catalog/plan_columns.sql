-- The price is the provider's for the size where a region has none of its own, and our markup; $1 is the organisation
-- that pays it, which may have a price of its own.
select
  p.id, p.name, t.vcpus, t.memory_mib, t.disk_gib, t.transfer_gb,
  org_price($1::uuid, p.id, t.month_micros + p.markup_month_micros, business_now()) as month_micros,
  p.hours_per_month, p.capped, p.minimum_s
