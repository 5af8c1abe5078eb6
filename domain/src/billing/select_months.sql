-- An hour belongs to the month in which it began, as in charged_since: so the months sum to what was charged.
with used as (
  select u as segment, u.started_at, u.billed_hours
  from usage_segment u
  where u.vps_id = $1
), months as (
  select generate_series(
    greatest(
      date_trunc('month', min(started_at), 'UTC'),
      date_trunc('month', business_now(), 'UTC') - make_interval(months => $2 - 1)),
    date_trunc('month', business_now(), 'UTC'),
    interval '1 month') as month
  from used
)
select
  to_char(m.month at time zone 'UTC', 'YYYY-MM') as month,
  sum(
    least(billed_hours, greatest(0, ceil(extract(epoch from m.month + interval '1 month' - started_at) / 3600)))
    - least(billed_hours, greatest(0, ceil(extract(epoch from m.month - started_at) / 3600))))::bigint as hours,
  sum(charged_since(segment, m.month) - charged_since(segment, m.month + interval '1 month'))::bigint as micros
from months m
cross join used
group by m.month
order by m.month desc
