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
  sum(h.after - h.before)::bigint as hours,
  sum(seconds_through(segment, h.after) - seconds_through(segment, h.before))::bigint as seconds,
  sum(charged_since(segment, m.month) - charged_since(segment, m.month + interval '1 month'))::bigint as micros
from months m
cross join used
cross join lateral (
  select
    least(billed_hours, usage_begun(started_at, m.month)) as before,
    least(billed_hours, usage_begun(started_at, m.month + interval '1 month')) as after
) h
group by m.month
order by m.month desc
