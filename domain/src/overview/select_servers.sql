-- Each begin and each end counts from the first point of the grid that is not before it.
with grid as materialized (
  select business_now() as now, make_interval(secs => $1::bigint) as step,
    date_bin(make_interval(secs => $1::bigint), business_now(), timestamptz '2000-01-01 00:00:00+00')
      - $2::bigint * make_interval(secs => $1::bigint) as first
), change as (
  select started_at as at, 1 as difference from vps where started_at is not null
  union all
  select deleted_at, -1 from vps where started_at is not null and deleted_at is not null
), summed as (
  select
    case
      when c.at <= g.first then g.first
      else least(g.now, date_bin(g.step, c.at - interval '1 microsecond', g.first) + g.step)
    end as at,
    sum(c.difference) as difference
  from change c
  cross join grid g
  group by 1
), point as (
  select generate_series(g.first, g.now, g.step) as at from grid g
  union
  select g.now from grid g
)
select p.at, coalesce(sum(s.difference) over (order by p.at), 0)::bigint as count
from point p
left join summed s on s.at = p.at
order by p.at
