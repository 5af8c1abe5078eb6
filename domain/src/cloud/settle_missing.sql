update cloud_finding
set settled_at = clock_timestamp(),
    outcome = 'lost'
where cloud_id = $1 and kind = 'missing' and settled_at is null
  and looks >= 2
  and first_seen_at <= clock_timestamp() - make_interval(secs => $2)
  and vps_id is not null
returning vps_id
