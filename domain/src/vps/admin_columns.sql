select
  v.id, v.label, v.status, v.org_id, o.name as org_name, -d.balance_micros as org_owed_micros,
  v.cloud_id, c.name as cloud_name, v.provider_ref, v.provider_label,
  v.plan_id, v.plan_name, v.type_id, v.vcpus, v.memory_mib, v.disk_gib, v.transfer_gb,
  v.month_micros, v.cost_month_micros, v.hours_per_month, v.capped, v.minimum_s,
  v.region_id, r.label as region_label, r.country as region_country,
  v.image_id, i.label as image_label, v.ipv4, v.ipv6, v.failure,
  coalesce(s.month, 0)::bigint as spent_month_micros, coalesce(s.total, 0)::bigint as spent_micros,
  v.created_at, v.started_at, v.last_seen_at, v.deleted_at, page.sort_key
from page
join vps v on v.id = page.id
join org o on o.id = v.org_id
join account d on d.org_id = v.org_id and d.kind = 'receivable' and d.currency = 'USD'
join cloud c on c.id = v.cloud_id
left join cloud_region r on r.cloud_id = v.cloud_id and r.id = v.region_id
left join cloud_image i on i.cloud_id = v.cloud_id and i.id = v.image_id
left join lateral (
  select
    sum(charged_since(u, date_trunc('month', business_now()))) as month,
    sum(u.billed_micros) as total
  from usage_segment u
  where u.vps_id = v.id
) s on true
