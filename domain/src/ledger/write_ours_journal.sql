-- The postings of the journal that `wrote` has, on accounts of ours in the currency $9; $7 and $8 are accounts and
-- amounts. Ours have no balance in their rows.
, posted as (
  insert into posting (journal_id, seq, account_id, org_id, amount_micros, balance_after)
  select w.id, l.seq::smallint, a.id, w.org_id, l.micros, null
  from wrote w
  cross join unnest($7::text[], $8::bigint[]) with ordinality as l(kind, micros, seq)
  join account a on a.kind = l.kind and a.org_id is null and a.currency = $9
  returning seq
)
select w.id, (select count(*) from posted) = cardinality($7::text[]) as complete
from wrote w
