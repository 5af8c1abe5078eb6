-- Money that arrived in a wallet and has no receipt.
select j.id
from journal j
where j.kind in ('credit', 'topup', 'allocation')
  and j.id > $1
  and j.org_id is not null
  and not exists (select from invoice i where i.cause = 'receipt:' || j.id)
order by j.id
limit $2
