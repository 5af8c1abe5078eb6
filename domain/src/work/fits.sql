  ($1::text is null or j.state = $1)
  and ($2::text is null or j.kind = $2)
  and ($3::text is null or j.queue = $3)
  and ($4::uuid is null or j.org_id = $4)
  and ($5::uuid is null or j.cloud_id = $5)
  and ($6::text is null or j.error_code = $6)
  and ($7::text is null
    or j.id = $8::uuid
    or j.target_id = $8::uuid
    or v.label ilike '%' || $7 || '%'
    or o.name ilike '%' || $7 || '%'
    or j.error->>'admin' ilike '%' || $7 || '%')
  and ($9::timestamptz is null or j.created_at >= $9)
  and ($10::timestamptz is null or j.created_at < $10)
  and ($11::uuid is null or j.id >= $11)
  and ($12::uuid[] is null or j.id = any($12))
