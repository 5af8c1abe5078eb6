-- The tax on the hours that began in these days, as the hourly charge reckons it: what the tax on all hours of a
-- segment rises by. By the function and not by the lines, of which there are many.
select coalesce(sum(last * $4 / $5 - first * $4 / $5), 0)::bigint
from (
  select
    usage_f(
      s.started_at, s.month_micros, s.hours_per_month, s.capped, s.base_micros, s.cap_micros,
      least(s.billed_hours, usage_begun(s.started_at, $2))) as first,
    usage_f(
      s.started_at, s.month_micros, s.hours_per_month, s.capped, s.base_micros, s.cap_micros,
      least(s.billed_hours, usage_begun(s.started_at, $3))) as last
  from usage_segment s
  where s.org_id = $1
    and s.started_at < $3
    and (s.ended_at is null or s.ended_at >= $2::timestamptz - interval '1 hour')
) hours
