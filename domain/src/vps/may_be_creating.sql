select exists (
  select
  from job
  where target_type = 'vps'
    and target_id = $1
    and kind = 'vps.provision'
    -- Each claim raises the token, and so does being superseded: above 1, a worker had begun it.
    and lease_token > 1
    and coalesce(finished_at, now()) > now() - make_interval(secs => $2)
)
