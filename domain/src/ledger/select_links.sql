-- What a link covers, from the rows and not from the function that hashed them.
select
  k.journal_id,
  k.seq,
  encode(k.hash, 'hex') as hash,
  j.idem_key,
  j.kind,
  (extract(epoch from j.effective_at) * 1000000)::bigint as at,
  (extract(epoch from j.created_at) * 1000000)::bigint as recorded,
  j.meta::text as meta,
  coalesce((
    select string_agg(
      format(E'\nposting:%s %s %s %s %s %s', p.seq, a.kind,
        case when a.org_id is null then 'ours' when a.org_id = j.org_id then 'own' else 'other' end,
        a.currency, p.amount_micros, coalesce(p.balance_after::text, '-')),
      '' order by p.seq)
    from posting p join account a on a.id = p.account_id
    where p.journal_id = j.id), '') as postings,
  coalesce((
    select string_agg(format(E'%s %s %s\n', l.segment_id, l.hour_no, l.micros), '' order by l.segment_id, l.hour_no)
    from usage_line l
    where l.journal_id = j.id), '') as usage
from journal_link k
join journal j on j.id = k.journal_id
where k.chain = $1 and k.seq > $2
order by k.seq
limit $3
