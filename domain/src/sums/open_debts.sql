-- What of each charge is still owed: payments pay the oldest first, so the newest charges that make up the balance are
-- open, the oldest of them perhaps in part.
with debts as (
  select id, org_id, -balance_micros as owed
  from account
  where kind = 'receivable' and currency = 'USD' and balance_micros < 0
), charges as (
  select
    d.org_id, d.owed, j.effective_at as at, -p.amount_micros as micros,
    sum(-p.amount_micros) over (partition by d.id order by p.journal_id desc, p.seq desc) as upto
  from debts d
  join posting p on p.account_id = d.id and p.amount_micros < 0
  join journal j on j.id = p.journal_id
), open as (
  select org_id, at, least(micros, owed - (upto - micros)) as micros, extract(epoch from $1 - at) / 86400 as days
  from charges
  where upto - micros < owed
)
