-- What hours cost, with the tax that was added to them, is what was earned and what is due of it as tax.
with lined as (
  select
    journal_id,
    sum(micros) + coalesce(sum(tax_micros) filter (where tax_added), 0) as micros,
    coalesce(sum(tax_micros), 0) as tax
  from usage_line
  group by journal_id
), earned as (
  select
    p.journal_id,
    sum(p.amount_micros) as micros,
    coalesce(sum(p.amount_micros) filter (where a.kind = 'tax_due'), 0) as tax
  from posting p
  join journal j on j.id = p.journal_id and j.kind in ('usage', 'capture')
  join account a on a.id = p.account_id and a.kind in ('revenue', 'tax_due')
  group by p.journal_id
), wrong as (
  select 'journal ' || e.journal_id as what
  from earned e left join lined l using (journal_id)
  where e.micros <> coalesce(l.micros, 0) or e.tax <> coalesce(l.tax, 0)
)
select
  (select count(*) from earned) as checked,
  (select count(*) from wrong) as wrong,
  array(select what from wrong order by what limit 10) as examples
