  and j.state = any($9)
  and ($10::uuid is null or j.id > $10)
  and ($11::uuid is null or j.id <= $11)
order by j.id
limit $12
