with summed as (
  select a.id, a.kind, a.org_id, a.balance_micros, coalesce(sum(p.amount_micros), 0) as micros
  from account a left join posting p on p.account_id = a.id
  group by a.id
), wrong as (
  select 'account ' || id || ' (' || kind || ') says ' || balance_micros || ' and sums to ' || micros as what
  from summed
  where balance_micros <> micros
  union all
  select 'all money sums to ' || sum(micros) from summed having sum(micros) <> 0
)
select
  (select count(*) from summed) as checked,
  (select count(*) from wrong) as wrong,
  array(select what from wrong order by what limit 10) as examples
