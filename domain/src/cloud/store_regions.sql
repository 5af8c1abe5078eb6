with listed as (
  select *
  from jsonb_to_recordset($2) as l(id text, label text, country text, available boolean)
),
unlisted as (
  delete from cloud_region r
  where r.cloud_id = $1 and not exists (select from listed l where l.id = r.id)
)
insert into cloud_region (cloud_id, id, label, country, available, seen_at)
select $1, id, label, country, available, now()
from listed
on conflict (cloud_id, id) do update
set label = excluded.label,
    country = excluded.country,
    available = excluded.available,
    seen_at = excluded.seen_at
