select coalesce(-sum(p.amount_micros), 0)::bigint
from journal j
join posting p on p.journal_id = j.id
join account a on a.id = p.account_id and a.kind in ('adjustment', 'bad_debt')
where j.org_id = $1
  and j.kind in ('credit', 'write_off')
  and j.effective_at > $3
  and j.meta->>'by' = $2
  and j.meta->>'approved_by' is null
