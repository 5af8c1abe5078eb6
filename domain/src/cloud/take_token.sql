-- The row is locked first and judged after, so that two takers never share a token. `level` is what the
-- bucket holds now. A taken token need not survive a crash: the commit does not wait for the disk.
with quick as (
  select set_config('synchronous_commit', 'off', true)
),
taken as (
  insert into cloud_budget (cloud_id, bucket, capacity, per_s, tokens)
  select $1, $2, $3::float8, $4::float8, $3::float8 - 1 from quick
  on conflict (cloud_id, bucket) do update
  set tokens = case
        when cloud_budget.blocked_until > clock_timestamp() or level(cloud_budget, $3, $4) < 1 + $5::float8
          then level(cloud_budget, $3, $4)
        else level(cloud_budget, $3, $4) - 1
      end,
      granted = coalesce(cloud_budget.blocked_until, '-infinity') <= clock_timestamp()
        and level(cloud_budget, $3, $4) >= 1 + $5::float8,
      capacity = $3,
      per_s = $4,
      filled_at = clock_timestamp()
  returning granted, tokens, blocked_until
)
select
  granted,
  greatest(
    extract(epoch from blocked_until - clock_timestamp()), (1 + $5::float8 - tokens) / $4, 0
  )::float8 as wait_s
from taken
