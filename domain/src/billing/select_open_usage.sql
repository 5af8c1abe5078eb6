select
  u.org_id, u.month_micros, u.hours_per_month, u.capped, u.minimum_s, u.base_micros, u.cap_micros, u.started_at,
  u.billed_hours, u.billed_micros, s.cron, business_now() as now
from usage_segment u
join schedule s on s.name = 'billing.hourly' and not s.paused
where u.vps_id = $1
  and u.kind = 'vps'
  and u.ended_at is null
