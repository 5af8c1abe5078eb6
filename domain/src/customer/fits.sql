  and (
    $2::text is null
    or o.id = $3
    or o.name ilike '%' || $2 || '%'
    or u.email ilike '%' || $2 || '%'
    or u.name ilike '%' || $2 || '%'
  )
