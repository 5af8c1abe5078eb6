with running as (
  select
    p.journal_id, p.seq, p.balance_after,
    sum(p.amount_micros) over (partition by p.account_id order by p.journal_id, p.seq) as micros
  from posting p join account a on a.id = p.account_id
  where a.balance_micros is not null
), wrong as (
  select 'journal ' || journal_id || ' posting ' || seq as what from running where balance_after is distinct from micros
)
select
  (select count(*) from running) as checked,
  (select count(*) from wrong) as wrong,
  array(select what from wrong order by what limit 10) as examples
