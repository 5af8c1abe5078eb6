update cloud_budget
set blocked_until = greatest(blocked_until, clock_timestamp() + make_interval(secs => $3)),
    tokens = 0,
    filled_at = clock_timestamp()
where cloud_id = $1 and bucket = $2
