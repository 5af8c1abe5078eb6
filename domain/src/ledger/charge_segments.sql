-- One statement for a whole chunk of organisations. Their wallets are locked by the statement before, so this one's
-- snapshot has their balances. Journals come first: a cause that was recorded before gives no row, and nothing else
-- happens for that organisation. Prices are bounded by the schema, so the products stay within 64 bits.
with seg as (
  select
    s.id, s.org_id, s.month_micros, s.hours_per_month, s.billed_hours, s.billed_micros,
    greatest(1, ceil(extract(epoch from $2::timestamptz - s.started_at) / 3600))::int as n
  from usage_segment s
  where s.org_id = any($1)
    and s.ended_at is null
    and s.started_at <= $2::timestamptz
    and ($5::uuid is null or s.vps_id = $5)
), due as (
  select
    id, org_id, month_micros, hours_per_month, billed_hours, n,
    month_micros * n / hours_per_month - billed_micros as micros
  from seg
  where n > billed_hours
), total as (
  select org_id, sum(micros)::bigint as micros, count(*) as servers
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
    w.id as journal_id, t.org_id, t.micros, t.servers, a.id as wallet_id,
    least(a.balance_micros, t.micros) as paid
  from wrote w
  join total t using (org_id)
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
  select a.id, s.journal_id, s.org_id, s.micros
  from split s
  join account a on a.kind = 'revenue' and a.org_id is null and a.currency = 'USD'
), posted as (
  insert into posting (journal_id, seq, account_id, org_id, amount_micros, balance_after)
  select journal_id, 1, id, org_id, micros, balance_micros from wallet
  union all
  select journal_id, 2, id, org_id, micros, balance_micros from debt
  union all
  select journal_id, 3, id, org_id, micros, null from revenue
), lined as (
  insert into usage_line (segment_id, hour_no, org_id, micros, journal_id)
  select
    d.id, h, d.org_id,
    d.month_micros * h / d.hours_per_month - d.month_micros * (h - 1) / d.hours_per_month,
    w.id
  from due d
  join wrote w using (org_id)
  cross join lateral generate_series(d.billed_hours + 1, d.n) h
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
select micros from split
