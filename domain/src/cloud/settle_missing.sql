-- $3: the provider said so this time too.
update cloud_finding
set settled_at = clock_timestamp(),
    outcome = 'lost'
where cloud_id = $1 and kind = 'missing' and settled_at is null and held is null
  and looks >= 2
  and (released_at is not null or first_seen_at <= clock_timestamp() - make_interval(secs => $2))
  and provider_ref = any($3::text[])
  and vps_id is not null
returning vps_id
