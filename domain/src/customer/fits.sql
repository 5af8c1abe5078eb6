where
  case when $5::text is null then o.deleted_at is null else t.state = $5 end
  and (
    $2::text is null
    or o.id = $3
    or o.name ilike '%' || $2 || '%'
    or u.email ilike '%' || $2 || '%'
    or u.name ilike '%' || $2 || '%'
  )
