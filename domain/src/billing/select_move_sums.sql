-- The servers of an organisation that a move is about, with what those of all organisations cost in an hour before and
-- after it.
select
  s.org_id,
  (select o.name from org o where o.id = s.org_id) as name,
  count(*) as servers,
  count(*) over () as all_orgs,
  (sum(count(*)) over ())::bigint as all_servers,
  (sum(sum(s.month_micros / s.hours_per_month)) over ())::bigint as all_before_micros,
  (sum(sum(n.month_micros / n.hours_per_month)) over ())::bigint as all_after_micros
