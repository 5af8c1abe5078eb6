-- Chunk by chunk along the primary key of the lines.
select
  l.segment_id,
  l.hour_no,
  s.vps_id,
  v.label,
  s.kind,
  s.started_at + make_interval(hours => l.hour_no - 1) as began_at,
  seconds_through(s, l.hour_no) - seconds_through(s, l.hour_no - 1) as seconds,
  l.micros,
  l.tax_micros,
  l.tax_added
from usage_segment s
join usage_line l on l.segment_id = s.id
join vps v on v.id = s.vps_id
where s.org_id = $1
  and ($2::uuid is null or (l.segment_id, l.hour_no) > ($2, $3))
order by l.segment_id, l.hour_no
limit $4
