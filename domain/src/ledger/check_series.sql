with counted as (
  select s.kind, s.next_no, count(i.no) as documents, coalesce(max(i.no), 0) as last
  from invoice_series s left join invoice i on i.kind = s.kind
  group by s.kind, s.next_no
), wrong as (
  select kind || ': ' || documents || ' documents, the last is number ' || last || ', the next is ' || next_no as what
  from counted
  where documents <> last or next_no <> last + 1
)
select
  coalesce((select sum(documents) from counted), 0)::bigint as checked,
  (select count(*) from wrong) as wrong,
  array(select what from wrong order by what limit 10) as examples
