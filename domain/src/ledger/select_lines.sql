select
  v.id as vps_id,
  v.label,
  l.hour_no,
  seconds_through(s, l.hour_no) - seconds_through(s, l.hour_no - 1) as seconds,
  s.started_at + make_interval(hours => l.hour_no - 1) as began_at,
  l.micros,
  l.tax_micros,
  l.tax_added
from usage_line l
join usage_segment s on s.id = l.segment_id
join vps v on v.id = s.vps_id
where l.org_id = $1
  and l.journal_id in (
    $2,
    -- The capture that ended the hold: both name the job in their cause.
    (select c.id from journal h join journal c on c.idem_key = 'capture:' || substr(h.idem_key, 6)
      where h.id = $2 and h.kind = 'hold'))
order by v.label, v.id, l.hour_no
limit 10000
