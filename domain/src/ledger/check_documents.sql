with wrong as (
  select i.number as what
  from invoice i left join journal_link k on k.chain = i.org_id and k.seq = i.chain_seq
  where i.chain_seq > 0 and i.chain_hash is distinct from k.hash
)
select
  (select count(*) from invoice) as checked,
  (select count(*) from wrong) as wrong,
  array(select what from wrong order by what limit 10) as examples
