select
  i.id, i.org_id, o.name as org_name, i.kind, i.number, i.issued_at, i.period_from, i.period_to,
  c.number as corrects, i.currency, i.net_cents, i.tax_cents, i.total_cents, i.due_cents,
  array(select f.format from invoice_file f where f.invoice_id = i.id order by f.format) as formats
from invoice i
join org o on o.id = i.org_id
left join invoice c on c.id = i.corrects_id
