-- One statement for a whole chunk of organisations. Their wallets are locked by the statement before, so this one's
-- snapshot has their balances. Journals come first: a cause that was recorded before gives no row, and nothing else
-- happens for that organisation. Prices are bounded by the schema, so the products stay within 64 bits.
--
-- What hours cost is the cumulative function of domain/src/rating. Nearly every hour that is due began in the month of
-- the tick, so a segment's place in that month is computed once: `before` hours began earlier, `base` is what the month
-- had cost before this price, `cap` the most that it costs. Without a cap the month is the whole life. Hours of earlier
-- months, after an outage, take the way through `usage_f` and `usage_hour`.
--
-- An hour is due when it begins: $2 is the instant before which it did. By the second, it is due when it has ended at
-- $10. Segments of $11 are charged by the second and end with the seconds of $12: the last hour of such a one is due,
-- and `rest` are its seconds where it is not a whole one.
--
-- $6 owe tax on these hours, $7 of $8 of the price, which is added to it where $9 says so; others owe none. An hour's
-- tax is what the tax on all hours of its segment rises by.
with tick as (
  -- An hour that begins at the tick is not due yet, so a tick at midnight still belongs to the month before.
  select date_trunc('month', $2::timestamptz - interval '1 microsecond', 'UTC') as month
), levy as (
  select * from unnest($6::uuid[], $7::bigint[], $8::bigint[]) as x(org_id, part, whole)
), ends as (
  select * from unnest($11::uuid[], $12::bigint[]) as x(id, seconds)
), seg as (
  select
    s.id, s.org_id, s.started_at, s.month_micros, s.hours_per_month, s.capped, s.base_micros, s.cap_micros,
    s.billed_hours, s.billed_micros, x.part, x.whole, e.seconds,
    case
      when s.minimum_s is null then greatest(1, ceil(extract(epoch from $2::timestamptz - s.started_at) / 3600))
      else least(
        greatest(1, ceil(extract(epoch from $2::timestamptz - s.started_at) / 3600)),
        coalesce(
          ceil(e.seconds / 3600.0),
          floor(extract(epoch from $10::timestamptz - s.started_at) / 3600)))
    end::int as n,
    case when s.capped and t.month > s.started_at then usage_begun(s.started_at, t.month) else 0 end as before,
    case when s.capped and t.month <= s.started_at then s.base_micros else 0 end as base,
    case
      when not s.capped then 9223372036854775807
      when t.month <= s.started_at then coalesce(s.cap_micros, s.month_micros)
      else s.month_micros
    end as cap
  from usage_segment s
  cross join tick t
  left join levy x on x.org_id = s.org_id
  left join ends e on e.id = s.id
  where s.org_id = any($1)
    and s.ended_at is null
    and s.started_at <= $2::timestamptz
    and ($5::uuid is null or s.vps_id = $5)
  offset 0 -- Each is computed once, and not wherever it is named below.
), due as (
  select
    d.*,
    case
      when rest is not null then
        usage_seconds(started_at, month_micros, hours_per_month, capped, base_micros, cap_micros,
          (n - 1)::bigint * 3600 + rest)
        - billed_micros
      when billed_hours >= before then
        least(cap, base + month_micros * (n - before) / hours_per_month)
        - least(cap, base + month_micros * (billed_hours - before) / hours_per_month)
      else
        usage_f(started_at, month_micros, hours_per_month, capped, base_micros, cap_micros, n)
        - usage_f(started_at, month_micros, hours_per_month, capped, base_micros, cap_micros, billed_hours)
    end as micros
  from (
    select
      g.*,
      case when seconds is not null then nullif(least(3600, seconds - (n - 1)::bigint * 3600), 3600)::int end as rest
    from seg g
    where n > billed_hours
  ) d
), total as (
  select
    org_id, sum(micros)::bigint as price, count(*) as servers, sum(n - billed_hours)::bigint as lines,
    coalesce(sum(
      case when part is not null then (billed_micros + micros) * part / whole - billed_micros * part / whole end
    ), 0)::bigint as tax
  from due
  group by org_id
  having sum(micros) > 0
), wrote as (
  insert into journal (idem_key, kind, org_id, job_id, effective_at, meta)
  select $3 || ':' || org_id, 'usage', org_id, $4, $2, jsonb_build_object('servers', servers)
  from total
  order by org_id
  on conflict (idem_key) do nothing
  returning id, org_id
), split as (
  select
    w.id as journal_id, t.org_id, t.micros, t.tax, t.servers, t.lines, a.id as wallet_id,
    least(a.balance_micros, t.micros) as paid
  from wrote w
  join (select *, price + case when $9 then tax else 0 end as micros from total) t using (org_id)
  join account a on a.org_id = t.org_id and a.kind = 'wallet' and a.currency = 'USD'
), wallet as (
  update account a
  set balance_micros = a.balance_micros - s.paid, version = version + 1
  from split s
  where a.id = s.wallet_id and s.paid > 0
  returning a.id, s.journal_id, s.org_id, -s.paid as micros, a.balance_micros
), debt as (
  update account a
  set balance_micros = a.balance_micros - (s.micros - s.paid), version = version + 1
  from split s
  where a.org_id = s.org_id and a.kind = 'receivable' and a.currency = 'USD' and s.micros > s.paid
  returning a.id, s.journal_id, s.org_id, -(s.micros - s.paid) as micros, a.balance_micros
), revenue as (
  -- Ours has no balance in its row: every charge would wait for that row.
  select a.id, s.journal_id, s.org_id, s.micros - s.tax as micros
  from split s
  join account a on a.kind = 'revenue' and a.org_id is null and a.currency = 'USD'
), taxed as (
  select a.id, s.journal_id, s.org_id, s.tax
  from split s
  join account a on a.kind = 'tax_due' and a.org_id is null and a.currency = 'USD'
  where s.tax > 0
), posted as (
  insert into posting (journal_id, seq, account_id, org_id, amount_micros, balance_after)
  select journal_id, 1, id, org_id, micros, balance_micros from wallet
  union all
  select journal_id, 2, id, org_id, micros, balance_micros from debt
  union all
  select journal_id, 3, id, org_id, micros, null from revenue
  union all
  select journal_id, 4, id, org_id, tax, null from taxed
), lined as (
  insert into usage_line (segment_id, hour_no, org_id, micros, journal_id, tax_micros, tax_added)
  select
    d.id, h, d.org_id, l.micros, w.id,
    case when d.part is not null then l.through * d.part / d.whole - (l.through - l.micros) * d.part / d.whole end,
    case when d.part is not null then $9 end
  from due d
  join wrote w using (org_id)
  cross join lateral generate_series(d.billed_hours + 1, d.n) h
  cross join lateral (
    select
      case
        when d.rest is not null and h = d.n then
          usage_part(
            d.started_at, d.month_micros, d.hours_per_month, d.capped, d.base_micros, d.cap_micros, h, d.rest)
        when h > d.before then
          least(d.cap, d.base + d.month_micros * (h - d.before) / d.hours_per_month)
          - least(d.cap, d.base + d.month_micros * (h - 1 - d.before) / d.hours_per_month)
        else
          usage_hour(d.started_at, d.month_micros, d.hours_per_month, d.base_micros, d.cap_micros, h)
      end as micros,
      -- What the segment's hours cost up to this one; asked for where there is tax alone.
      case
        when d.rest is not null and h = d.n then d.billed_micros + d.micros
        when d.billed_hours >= d.before then
          d.billed_micros
          + least(d.cap, d.base + d.month_micros * (h - d.before) / d.hours_per_month)
          - least(d.cap, d.base + d.month_micros * (d.billed_hours - d.before) / d.hours_per_month)
        else
          usage_f(d.started_at, d.month_micros, d.hours_per_month, d.capped, d.base_micros, d.cap_micros, h)
      end as through
  ) l
), moved as (
  update usage_segment s
  set billed_hours = d.n, billed_micros = s.billed_micros + d.micros
  from due d
  join wrote w using (org_id)
  where s.id = d.id
), told as (
  -- Here and not through activity::record: a row for each organisation would be a round trip for each.
  insert into activity (
    org_id, event, status, entity_type, entity_id, job_id, message, metadata, created_at)
  select
    org_id,
    case when micros > paid then 'billing.insufficient' else 'billing.charge' end,
    case when micros > paid then 'warning' else 'info' end,
    'org', org_id, $4,
    case
      when micros > paid then 'Your wallet could not pay all hours; the rest is owed. Add credit to settle it'
      else 'Charged for ' || servers || case when servers = 1 then ' server' else ' servers' end
    end,
    jsonb_build_object('micros', micros, 'paid_micros', paid, 'journal', journal_id),
    business_now()
  from split
)
select
  count(*) as orgs,
  coalesce(sum(micros), 0)::bigint as micros,
  count(*) filter (where micros > paid) as in_debt,
  coalesce(sum(lines), 0)::bigint as lines
from split
