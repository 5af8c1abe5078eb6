-- One statement judges and moves: an order waits for one answer instead of five.
with locked as materialized (
  -- The wallet first: every path locks in the order of ids. After a wait the rows are read as they are then, and not
  -- as they were when the statement began.
  select kind, balance_micros
  from account
  where org_id = $3 and currency = 'USD' and kind in ('wallet', 'receivable')
  order by id
  for update
), balance as (
  select
    max(balance_micros) filter (where kind = 'wallet') as wallet,
    coalesce(-max(balance_micros) filter (where kind = 'receivable'), 0) as owed,
    -- The hours that servers by the second are in, in full and with the tax that is added: no order may take them.
    coalesce(
      (select s.micros + s.micros * $10::bigint / $11::bigint
        from (
          select sum(month_micros / hours_per_month + 1)::bigint as micros
          from usage_segment
          where org_id = $3 and ended_at is null and minimum_s is not null
        ) s),
      0) as running
  from locked
), wrote as (
  insert into journal (idem_key, kind, org_id, job_id, effective_at, meta)
  select $1, $2, $3, $4, $5, $6
  from balance
  where owed = 0 and wallet >= $9 + running
  on conflict (idem_key) do nothing
  returning id, org_id
)
