-- The tax on the hours that began in these days, as the hourly charge reckons it: what the tax on all hours of a
-- segment rises by. By the function and not by the lines, of which there are many.
select coalesce(sum(last * $4 / $5 - first * $4 / $5), 0)::bigint
from (
  select
    billed_through(s, usage_begun(s.started_at, $2)) as first,
    billed_through(s, usage_begun(s.started_at, $3)) as last
  from usage_segment s
  where s.org_id = $1
    and s.started_at < $3
    and (s.ended_at is null or s.ended_at >= $2::timestamptz - interval '1 hour')
) hours
