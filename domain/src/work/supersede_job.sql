update job_open set
  state = 'cancelled',
  finished_at = now(),
  lease_until = null,
  lease_owner = null,
  lease_token = lease_token + 1,
  error_code = 'superseded'
where exclusive_key = $1 and org_id = $2
