  s.step_s = $1
  and s.at >= $2
  and s.at < $6
  and ($3::text is null or s.kind = $3)
  and ($4::text is null or s.queue = $4)
  and ($5::uuid is null or s.cloud_id = $5)
