left join cloud_region r on r.cloud_id = v.cloud_id and r.id = v.region_id
left join cloud_image i on i.cloud_id = v.cloud_id and i.id = v.image_id
left join lateral (
  select
    sum(charged_since(u, date_trunc('month', business_now()))) as month,
    sum(u.billed_micros) as total
  from usage_segment u
  where u.vps_id = v.id
) s on true
