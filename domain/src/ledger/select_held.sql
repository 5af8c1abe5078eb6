select
  p.amount_micros, j.meta ->> 'impersonator' as impersonator, (j.meta ->> 'tax')::bigint as tax_micros,
  (j.meta ->> 'tax_added')::boolean as tax_added
from journal j
join posting p on p.journal_id = j.id
join account a on a.id = p.account_id and a.kind = 'hold'
where j.idem_key = $1
  and not exists (select from journal e where e.idem_key in ($2, $3))
