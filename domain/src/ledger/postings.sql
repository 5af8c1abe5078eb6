-- The postings of the journal that `wrote` has: $3 is the organisation, $7 and $8 are accounts and amounts.
, leg as (
  select w.id as journal_id, w.org_id, l.seq::smallint as seq, l.account, l.micros
  from wrote w
  cross join unnest($7::text[], $8::bigint[]) with ordinality as l(account, micros, seq)
), moved as (
  -- By the parameter and not by the leg: every plan then takes the index of the organisation's accounts.
  update account a
  set balance_micros = a.balance_micros + l.micros, version = a.version + 1
  from leg l
  where a.kind = l.account and a.org_id = $3 and a.currency = 'USD'
  returning l.journal_id, l.seq, a.id as account_id, l.org_id, l.micros, a.balance_micros
), shared as (
  -- An account of ours has no balance in its row: every charge would wait for that row.
  select l.journal_id, l.seq, a.id as account_id, l.org_id, l.micros, null::bigint as balance_micros
  from leg l
  join account a on a.kind = l.account and a.org_id is null and a.currency = 'USD'
), posted as (
  insert into posting (journal_id, seq, account_id, org_id, amount_micros, balance_after)
  select journal_id, seq, account_id, org_id, micros, balance_micros from moved
  union all
  select journal_id, seq, account_id, org_id, micros, balance_micros from shared
  returning seq
), forecast as (
  -- What a wallet has lasts longer or shorter now: billing.watch computes until when.
  update wallet_forecast f
  set moved = f.moved + 1
  from wrote w
  where f.org_id = $3
), posted_all as (
  select (select count(*) from posted) = (select count(*) from leg) as complete
)
