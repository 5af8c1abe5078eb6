select
  j.id,
  j.idem_key,
  j.kind,
  j.org_id,
  j.effective_at as at,
  k.seq,
  encode(k.hash, 'hex') as hash,
  coalesce((
    select string_agg(a.kind || ' ' || (p.amount_micros / 1000000.0)::numeric(20, 6), E'\n' order by p.seq)
    from posting p join account a on a.id = p.account_id
    where p.journal_id = j.id), '') as postings
from journal j
left join journal_link k on k.journal_id = j.id
where ($1::uuid is null or j.org_id = $1) and ($2::bigint is null or j.id < $2)
order by j.id desc
limit $3
