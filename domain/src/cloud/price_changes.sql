-- What a sync would change for plans: a price of a month before and after, none where the size is not sold. Without a
-- region it is the size's own price; with one, the price there, where the region has or had one of its own.
with listed as (
  select * from jsonb_to_recordset($2) as l(id text, month_micros bigint)
),
offered as (
  select * from jsonb_to_recordset($3) as n(type_id text, region_id text, month_micros bigint)
),
plans as (
  select p.id, p.name, p.type_id, t.month_micros, t.gone_at
  from plan p
  join cloud_type t on t.cloud_id = p.cloud_id and t.id = p.type_id
  where p.cloud_id = $1 and p.deleted_at is null
),
changes as (
  select
    p.id, p.name, null as region,
    case when p.gone_at is null then p.month_micros end as before_micros, l.month_micros as after_micros
  from plans p
  left join listed l on l.id = p.type_id
  union all
  select
    p.id, p.name, r.id,
    coalesce(o.month_micros, p.month_micros), coalesce(n.month_micros, l.month_micros)
  from plans p
  join listed l on l.id = p.type_id
  join cloud_region r on r.cloud_id = $1
  left join cloud_offer o on o.cloud_id = $1 and o.type_id = p.type_id and o.region_id = r.id
  left join offered n on n.type_id = p.type_id and n.region_id = r.id
  where p.gone_at is null and (o.month_micros is not null or n.month_micros is not null)
)
select id, name, region, before_micros, after_micros
from changes
where before_micros is distinct from after_micros
order by name, id, region nulls first
