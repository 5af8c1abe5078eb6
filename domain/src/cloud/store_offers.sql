with listed as (
  select *
  from jsonb_to_recordset($2) as l(
    type_id text, region_id text, hour_micros bigint, month_micros bigint, available boolean
  )
),
unlisted as (
  delete from cloud_offer o
  where o.cloud_id = $1
    and not exists (select from listed l where l.type_id = o.type_id and l.region_id = o.region_id)
)
insert into cloud_offer (cloud_id, type_id, region_id, hour_micros, month_micros, available, seen_at)
select $1, type_id, region_id, hour_micros, month_micros, available, now()
from listed
on conflict (cloud_id, type_id, region_id) do update
set hour_micros = excluded.hour_micros,
    month_micros = excluded.month_micros,
    available = excluded.available,
    seen_at = excluded.seen_at
