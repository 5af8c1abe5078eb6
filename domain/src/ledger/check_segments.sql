with lined as (
  select segment_id, sum(micros) as micros from usage_line group by segment_id
), wrong as (
  select
    'segment ' || s.id || ' was billed ' || s.billed_micros || ' and has lines of ' || coalesce(l.micros, 0) as what
  from usage_segment s left join lined l on l.segment_id = s.id
  where s.billed_micros <> coalesce(l.micros, 0)
)
select
  (select count(*) from usage_segment) as checked,
  (select count(*) from wrong) as wrong,
  array(select what from wrong order by what limit 10) as examples
