with wrong as (
  select 'posting ' || p.journal_id || '/' || p.seq || ' without a journal' as what
  from posting p left join journal j on j.id = p.journal_id
  where j.id is null
  union all
  select 'posting ' || p.journal_id || '/' || p.seq || ' of another organisation'
  from posting p
  join journal j on j.id = p.journal_id
  join account a on a.id = p.account_id
  where p.org_id is distinct from j.org_id or a.org_id <> j.org_id
  union all
  select 'hour ' || l.segment_id || '/' || l.hour_no || ' without a journal of its organisation'
  from usage_line l left join journal j on j.id = l.journal_id
  where j.org_id is distinct from l.org_id
  union all
  select 'journal ' || j.id || ' is in no chain'
  from journal j
  left join journal_link k on k.journal_id = j.id
  left join journal_pending p on p.journal_id = j.id
  where k.journal_id is null and p.journal_id is null
  union all
  select 'journal ' || j.id || ' is in the chain of another organisation'
  from journal j join journal_link k on k.journal_id = j.id
  where k.chain <> coalesce(j.org_id, '00000000-0000-0000-0000-000000000000'::uuid)
)
select
  (select count(*) from posting) + (select count(*) from usage_line) + (select count(*) from journal) as checked,
  (select count(*) from wrong) as wrong,
  array(select what from wrong order by what limit 10) as examples
