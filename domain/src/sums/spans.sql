-- What each stretch of a price earned and cost in each month (UTC) of [$1, $2): by the function that charged it, so the
-- lines need not be read. An hour belongs to the month it began in.
with spans as (
  select
    s.org_id, v.cloud_id, v.plan_id, m.month,
    least(s.billed_hours, usage_begun(s.started_at, m.month)) as before,
    least(s.billed_hours, usage_begun(s.started_at, m.next)) as after,
    s as segment
  from usage_segment s
  join vps v on v.id = s.vps_id
  cross join lateral (
    select u at time zone 'UTC' as month, (u + interval '1 month') at time zone 'UTC' as next
    from generate_series(
      greatest($1::timestamptz at time zone 'UTC', date_trunc('month', s.started_at at time zone 'UTC')),
      least(
        ($2::timestamptz - interval '1 microsecond') at time zone 'UTC',
        (s.started_at + make_interval(hours => s.billed_hours - 1)) at time zone 'UTC'),
      interval '1 month') u
  ) m
  where s.billed_hours > 0
    and s.started_at < $2
    and s.started_at + make_interval(hours => s.billed_hours) > $1
    and ($3::uuid is null or v.cloud_id = $3)
    and ($4::uuid is null or v.plan_id = $4)
    and ($5::uuid is null or s.org_id = $5)
), sums as (
  select
    p.org_id, p.cloud_id, p.plan_id, p.month, (p.segment).cost_month_micros is null as unknown,
    p.after - p.before as hours,
    billed_through(p.segment, p.after) - billed_through(p.segment, p.before) as revenue,
    coalesce(
      cost_of_seconds((p.segment).cost_month_micros, (p.segment).hours_per_month,
        seconds_through(p.segment, p.after) - seconds_through(p.segment, p.before)),
      0) as cost
  from spans p
  where p.after > p.before
)
