-- The order in which customers see plans. A plan that the version before adds is at the end; plans of one position are
-- by price, as all were until now.
alter table plan add column position integer not null default 10000 check (position between 0 and 10000);
update plan p set position = o.n
from (
  select p.id, row_number() over (order by t.month_micros + p.markup_month_micros, p.name) as n
  from plan p
  join cloud_type t on t.cloud_id = p.cloud_id and t.id = p.type_id
  where p.deleted_at is null
) o
where o.id = p.id and o.n < 10000;
