select
  j.id,
  j.effective_at as at,
  j.kind,
  j.meta,
  coalesce(p.amount_micros, 0) as micros,
  -- A journal without a posting on the wallet leaves the balance of the one before.
  coalesce(
    p.balance_after,
    (select q.balance_after from posting q where q.account_id = w.id and q.journal_id < j.id
      order by q.journal_id desc limit 1),
    0) as balance_after,
  (select count(*) from usage_line l where l.journal_id = j.id) as lines,
  coalesce(
    (select -sum(r.amount_micros) from posting r join account a on a.id = r.account_id and a.kind = 'receivable'
      where r.journal_id = j.id),
    0)::bigint as owed_micros
from journal j
join account w on w.org_id = j.org_id and w.kind = 'wallet' and w.currency = 'USD'
left join posting p on p.journal_id = j.id and p.account_id = w.id
