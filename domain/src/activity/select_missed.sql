-- Ids are given out before the commit, so a row can appear behind one that was already sent: a replay also
-- goes back by $2 ids, as far as they are a minute old.
where (a.id > $1 or (a.id > $1 - $2 and a.created_at > business_now() - interval '60 s'))
  and ($3::uuid is null or a.org_id = any($5)
    or (a.org_id is null and a.entity_type = 'user' and a.entity_id = $3))
order by a.id
limit $4
