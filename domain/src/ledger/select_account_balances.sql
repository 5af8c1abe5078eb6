-- Ours have no balance in their row; those of customers are added up where no organisation is named.
select
  a.kind,
  a.currency::text as currency,
  coalesce(sum(p.micros), 0)::bigint as micros,
  coalesce(sum(p.postings), 0)::bigint as postings
from account a
left join lateral (
  select sum(amount_micros) as micros, count(*) as postings from posting where account_id = a.id
) p on true
where $1::uuid is null or a.org_id = $1
group by a.kind, a.currency
order by min(a.id)
