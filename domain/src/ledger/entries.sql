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
  coalesce(u.lines, 0)::bigint as lines,
  coalesce(u.servers, 0) as servers,
  u.hours_each,
  u.label,
  (select r.reason from journal_reason r where r.journal_id = j.id) as reason,
  -- The journal that ended a hold names the same job in its cause.
  (select e.kind from journal e
    where j.kind = 'hold'
      and e.idem_key in ('capture:' || substr(j.idem_key, 6), 'release:' || substr(j.idem_key, 6))) as ended,
  coalesce(
    (select -sum(r.amount_micros) from posting r join account a on a.id = r.account_id and a.kind = 'receivable'
      where r.journal_id = j.id),
    0)::bigint as owed_micros
from journal j
join account w on w.org_id = j.org_id and w.kind = 'wallet' and w.currency = 'USD'
left join posting p on p.journal_id = j.id and p.account_id = w.id
left join lateral (
  select
    sum(s.hours) as lines,
    count(*) as servers,
    case when min(s.hours) = max(s.hours) then min(s.hours) end as hours_each,
    min(s.label) as label
  from (
    select count(*) as hours, min(v.label) as label
    from usage_line l
    join usage_segment g on g.id = l.segment_id
    join vps v on v.id = g.vps_id
    where l.journal_id = j.id
    group by g.vps_id
  ) s
) u on true
