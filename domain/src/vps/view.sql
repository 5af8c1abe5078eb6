select
  v.id,
  v.label,
  v.status,
  v.desired,
  v.plan_id,
  v.plan_name,
  v.vcpus,
  v.memory_mib,
  v.disk_gib,
  v.transfer_gb,
  v.month_micros,
  v.hours_per_month,
  v.region_id,
  r.label as region_label,
  r.country as region_country,
  -- Customers never read a supplier's name: linode/debian12.
  regexp_replace(v.image_id, '^[^/]+/', '') as image_id,
  i.label as image_label,
  v.ipv4,
  v.ipv6,
  v.failure,
  v.created_at,
  v.started_at,
  v.last_seen_at,
  v.deleted_at,
  coalesce(s.month, 0)::bigint as spent_month_micros,
  coalesce(s.total, 0)::bigint as spent_micros,
  exists (select from job_open j where j.target_type = 'vps' and j.target_id = v.id) as busy
from vps v
left join cloud_region r on r.cloud_id = v.cloud_id and r.id = v.region_id
left join cloud_image i on i.cloud_id = v.cloud_id and i.id = v.image_id
left join lateral (
  select
    sum(charged_since(u, date_trunc('month', business_now()))) as month,
    sum(u.billed_micros) as total
  from usage_segment u
  where u.vps_id = v.id
) s on true
