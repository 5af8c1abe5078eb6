  -- The end of every settlement: the lease is given up, the time that it was held is added, and an old token changes
  -- nothing.
  lease_owner = null,
  lease_until = null,
  run_ms = run_ms + (extract(epoch from clock_timestamp() - claimed_at) * 1000)::bigint
where id = $1 and lease_token = $2 and state = 'running'
returning id
