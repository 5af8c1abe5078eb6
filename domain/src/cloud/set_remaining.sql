-- What the provider says next repeats it: the commit does not wait for the disk.
with quick as (
  select set_config('synchronous_commit', 'off', true)
)
update cloud_budget b
set remaining = $3::int,
    tokens = least(level(b, b.capacity, b.per_s), $3::int),
    filled_at = clock_timestamp()
from quick
where b.cloud_id = $1 and b.bucket = $2
