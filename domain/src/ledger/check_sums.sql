with wrong as (
  select p.journal_id::text as what
  from posting p join account a on a.id = p.account_id
  group by p.journal_id, a.currency
  having sum(p.amount_micros) <> 0
)
select
  (select count(*) from journal) as checked,
  (select count(*) from wrong) as wrong,
  array(select 'journal ' || what from wrong order by what limit 10) as examples
