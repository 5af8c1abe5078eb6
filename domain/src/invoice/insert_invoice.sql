-- The series' row is locked from here to the commit: a number that is rolled back is given to the next document.
with numbered as (
  update invoice_series
  set next_no = next_no + 1
  where kind = $1
  returning kind, next_no - 1 as no, prefix || '-' || lpad((next_no - 1)::text, 6, '0') as number
)
insert into invoice (
  id, org_id, kind, no, number, cause, period_from, period_to, journal_id, corrects_id, currency,
  net_cents, tax_cents, total_cents, due_cents, issued_at, chain_seq, chain_hash, snapshot)
select
  h.id, h.org_id, n.kind, n.no, n.number, h.cause, h.period_from, h.period_to, h.journal_id, h.corrects_id,
  $3::jsonb->>'currency', ($3->>'net_cents')::bigint, ($3->>'tax_cents')::bigint, ($3->>'total_cents')::bigint,
  ($3->>'due_cents')::bigint, h.issued_at, ($3->'chain'->>'seq')::bigint, decode($3->'chain'->>'hash', 'hex'),
  jsonb_set($3, '{number}', to_jsonb(n.number))
from numbered n
cross join jsonb_to_record($2) as h(
  id uuid, org_id uuid, cause text, period_from timestamptz, period_to timestamptz, journal_id bigint,
  corrects_id uuid, issued_at timestamptz)
returning number
