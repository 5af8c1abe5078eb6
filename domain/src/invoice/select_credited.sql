-- What a journal added to the wallet of its organisation.
select j.org_id, p.amount_micros as micros, j.effective_at as at
from journal j
join posting p on p.journal_id = j.id and p.amount_micros > 0
join account a on a.id = p.account_id and a.kind = 'wallet' and a.org_id = j.org_id
where j.id = $1 and j.org_id is not null
