-- What went back of it so far is what the wallet got, whether or not its credit note was issued yet.
select
  i.kind,
  i.total_cents,
  i.snapshot,
  coalesce((
    select sum((j.meta->>'cents')::bigint) * 10000
    from journal j
    where j.org_id = i.org_id and j.kind = 'credit_note'
      and j.meta->>'invoice' = $2), 0)::bigint as given_micros
from invoice i
where i.id = $1
