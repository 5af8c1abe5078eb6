select
  v.id as vps_id,
  v.label,
  coalesce(sum(s.month_micros / s.hours_per_month) filter (where s.ended_at is null), 0)::bigint as hour_micros,
  coalesce(sum(charged_since(s, $2)), 0)::bigint as month_micros
from usage_segment s
join vps v on v.id = s.vps_id
where s.org_id = $1 and (s.ended_at is null or s.ended_at >= $2)
group by v.id, v.label
order by hour_micros desc, v.label
limit 500
