with mine as (
  select id
  from job
  where id = any($1::uuid[])
    and lease_token = ($2::bigint[])[array_position($1, id)]
    and lease_until is not null
  order by id
  for update
), done as (
  update job set
    state = 'succeeded',
    finished_at = clock_timestamp(),
    progress = null,
    error = null,
    error_code = null,
    lease_owner = null,
    lease_until = null,
    run_ms = run_ms + (extract(epoch from clock_timestamp() - claimed_at) * 1000)::bigint
  where id = any(array(select id from mine))
  returning id
)
select coalesce(array_agg(id), '{}') from done
