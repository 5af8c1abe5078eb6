with came as (
  select
    p.amount_micros * $2 as micros, j.effective_at as at,
    sum(p.amount_micros * $2) over (order by p.journal_id desc, p.seq desc) as upto
  from account a
  join posting p on p.account_id = a.id and p.amount_micros * $2 > 0
  join journal j on j.id = p.journal_id
  where a.kind = $1 and a.org_id is null and a.currency = 'USD'
), has as (
  select coalesce(sum(p.amount_micros), 0) * $2 as micros
  from account a
  join posting p on p.account_id = a.id
  where a.kind = $1 and a.org_id is null and a.currency = 'USD'
), o as (
  select
    least(c.micros, h.micros - (c.upto - c.micros)) as micros,
    extract(epoch from $3 - c.at) / 86400 as days
  from came c
  cross join has h
  where c.upto - c.micros < h.micros
)
select
