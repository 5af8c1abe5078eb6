-- By the hours' numbers and not by their times, so that the index of the lines is used: hour h began h - 1 hours after
-- its segment.
select
  v.label,
  s.kind,
  count(*) as hours,
  -- None where all of them are charged by the hour.
  (
    sum(seconds_through(s, l.hour_no) - seconds_through(s, l.hour_no - 1)) filter (where s.minimum_s is not null)
    + 3600 * count(*) filter (where s.minimum_s is null)
  )::bigint as seconds,
  sum(l.micros)::bigint as micros,
  coalesce(sum(l.tax_micros), 0)::bigint as taxed,
  coalesce(sum(l.tax_micros) filter (where l.tax_added), 0)::bigint as added,
  min((s.started_at + make_interval(hours => l.hour_no - 1)) at time zone 'UTC')::date as from_day,
  max((s.started_at + make_interval(hours => l.hour_no - 1)) at time zone 'UTC')::date as to_day
from usage_segment s
join vps v on v.id = s.vps_id
join usage_line l
  on l.segment_id = s.id
  and l.hour_no > greatest(0, ceil(extract(epoch from $2::timestamptz - s.started_at) / 3600))
  and l.hour_no <= ceil(extract(epoch from $3::timestamptz - s.started_at) / 3600)
where s.org_id = $1
  and s.started_at < $3
  and (s.ended_at is null or s.ended_at >= $2::timestamptz - interval '1 hour')
group by s.vps_id, v.label, s.kind
order by v.label, s.vps_id, s.kind desc
limit $4
