  ($1::uuid is null or v.org_id = $1)
  and ($2::text is null or v.status = $2)
  and case when $2::text = 'deleted' then true else v.deleted_at is null end
  and ($3::uuid is null or v.cloud_id = $3)
  and ($4::uuid is null or v.plan_id = $4)
  and ($5::text is null or v.region_id = $5)
  and (
    $6::text is null
    or v.label ilike '%' || $6 || '%'
    or v.ipv4 like $6 || '%'
    or v.ipv6 like $6 || '%'
    or v.provider_ref = $6
    or v.id = $7::uuid
  )
