update job set
  state = 'retry',
  run_at = now(),
  lease_until = null,
  lease_owner = null,
  dispatched_at = null
where lease_owner = $1 and state = 'running'
