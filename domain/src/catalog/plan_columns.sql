-- The price is the provider's for the size where a region has none of its own, and our markup.
select
  p.id, p.name, t.vcpus, t.memory_mib, t.disk_gib, t.transfer_gb,
  t.month_micros + p.markup_month_micros as month_micros
