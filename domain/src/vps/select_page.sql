where v.org_id = $1
  and v.deleted_at is null
  and ($2::uuid is null or v.id < $2)
  and ($3::text is null or v.status = $3)
  and ($4::text is null or v.label ilike '%' || $4 || '%' or v.ipv4 like $4 || '%')
  and ($6::text is null or $6 = any(v.tags))
order by v.id desc
limit $5
