select
  p.month_cap_micros, p.hour_cap_micros,
  coalesce(
    (select sum(charged_since(s, $2)) from usage_segment s
      where s.org_id = $1 and (s.ended_at is null or s.ended_at >= $2)),
    0)::bigint as spent_micros,
  coalesce(p.funds_end, 'continue') as funds_end,
  coalesce(p.ladder_hours, 72) as ladder_hours
from org o
left join wallet_policy p on p.org_id = o.id
where o.id = $1
