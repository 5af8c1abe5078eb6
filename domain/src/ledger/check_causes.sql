-- A hold ends once: as a capture or as a release, which name the same job.
with wrong as (
  select 'journal ' || j.id || ' (' || j.kind || ') has the cause ' || j.idem_key as what
  from journal j
  where case j.kind
    when 'hold' then j.idem_key not like 'hold:%'
    when 'capture' then j.idem_key not like 'capture:%'
    when 'release' then j.idem_key not like 'release:%'
    when 'usage' then j.idem_key not like 'usage:%'
    when 'tax' then j.idem_key not like 'tax:%'
    when 'write_off' then j.idem_key not like 'bad\_debt:%'
    when 'promo' then j.idem_key not like 'promo:%'
    when 'credit_note' then j.idem_key not like 'credit_note:%'
    else false
  end
  union all
  select 'the hold of journal ' || c.id || ' ended twice'
  from journal c join journal r on r.idem_key = 'release:' || substr(c.idem_key, 9)
  where c.kind = 'capture'
  union all
  select 'journal ' || e.id || ' ends a hold that does not exist'
  from journal e
  where e.kind in ('capture', 'release')
    and not exists (
      select from journal h where h.idem_key = 'hold:' || substr(e.idem_key, strpos(e.idem_key, ':') + 1))
  union all
  select 'cause ' || idem_key || ' moved money ' || count(*) || ' times'
  from journal
  group by idem_key
  having count(*) > 1
)
select
  (select count(*) from journal) as checked,
  (select count(*) from wrong) as wrong,
  array(select what from wrong order by what limit 10) as examples
