  and j.state = any($13)
  and ($14::uuid is null or j.id > $14)
  and ($15::uuid is null or j.id <= $15)
order by j.id
limit $16
