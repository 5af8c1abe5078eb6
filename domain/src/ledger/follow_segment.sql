-- One price ends where the next hour begins that is not charged yet, and the next price begins there; one by the second
-- has ended already, with the last second that is charged. What the month of that moment has cost so far is the new
-- price's base, and the dearest of the two its cap: `followed_by` of domain/src/rating says the same, and a test
-- compares them.
with old as (
  select
    s.*,
    coalesce(
      s.ended_at,
      s.started_at + make_interval(hours => greatest(usage_begun(s.started_at, $3), s.billed_hours))) as ends
  from usage_segment s
  where s.id = $1 and (s.ended_at is null or s.minimum_s is not null)
  for update
), placed as (
  select
    o.*,
    usage_begun(o.started_at, o.ends) as hours,
    date_trunc('month', o.ends, 'UTC') as month,
    -- Whether an hour at the old price began in the month in which the new one begins.
    o.started_at + make_interval(hours => usage_begun(o.started_at, o.ends) - 1)
      >= date_trunc('month', o.ends, 'UTC') as shares
  from old o
), ended as (
  update usage_segment s
  set ended_at = p.ends
  from placed p
  where s.id = p.id
  returning s.id
), moved as (
  update vps v
  set
    month_micros = $4, hours_per_month = $5, capped = $6, price_version = $7, list_month_micros = $8, minimum_s = $9
  from placed p
  where v.id = p.vps_id
)
insert into usage_segment (
  id, vps_id, org_id, kind, month_micros, hours_per_month, started_at, capped, price_version, minimum_s, base_micros,
  cap_micros)
select
  $2, p.vps_id, p.org_id, p.kind, $4, $5, p.ends, $6, $7, case when $9::int is not null then 1 end,
  case
    -- It lasted for no time: the next one stands where it stood.
    when p.hours = 0 then p.base_micros
    when not p.shares then 0
    else
      case
        when p.month > p.started_at then 0
        when p.capped then least(p.base_micros, coalesce(p.cap_micros, p.month_micros))
        else p.base_micros
      end
      + usage_seconds(
        p.started_at, p.month_micros, p.hours_per_month, p.capped, p.base_micros, p.cap_micros,
        extract(epoch from p.ends - p.started_at)::bigint)
      - usage_f(
        p.started_at, p.month_micros, p.hours_per_month, p.capped, p.base_micros, p.cap_micros,
        usage_begun(p.started_at, p.month))
  end,
  case
    when p.hours = 0 then case when p.cap_micros is not null then greatest($4, p.cap_micros) end
    when p.shares then
      greatest($4, case when p.month > p.started_at then p.month_micros else coalesce(p.cap_micros, p.month_micros) end)
  end
from placed p
join ended e on e.id = p.id
