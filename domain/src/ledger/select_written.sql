-- The postings that this transaction wrote for an organisation: its rows have its own number. It wrote them last, under
-- the wallet's lock, so they are among the organisation's newest.
select j.kind, a.kind as account, p.amount_micros as micros
from (select id from journal where org_id = $1 order by id desc limit 20) n
join journal j on j.id = n.id and j.xmin = pg_current_xact_id()::xid
join posting p on p.journal_id = j.id
join account a on a.id = p.account_id
order by j.id, p.seq
