select
  p.month_cap_micros, p.hour_cap_micros, p.funds_end, p.ladder_hours,
  coalesce(
    (select sum(charged_since(s, $2)) from usage_segment s
      where s.org_id = $1 and (s.ended_at is null or s.ended_at >= $2)),
    0)::bigint as spent_micros,
  coalesce(
    (select sum(v.month_micros / v.hours_per_month) from vps_live v where v.org_id = $1 and v.status <> 'lost'),
    0)::bigint as rate_micros
from wallet_policy p
where p.org_id = $1
