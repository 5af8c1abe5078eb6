with listed as (
  select *
  from jsonb_to_recordset($2) as l(
    id text, label text, vendor text, deprecated boolean, min_disk_mib int
  )
),
unlisted as (
  delete from cloud_image i
  where i.cloud_id = $1 and not exists (select from listed l where l.id = i.id)
)
insert into cloud_image (cloud_id, id, label, vendor, deprecated, min_disk_mib, seen_at)
select $1, id, label, vendor, deprecated, min_disk_mib, now()
from listed
on conflict (cloud_id, id) do update
set label = excluded.label,
    vendor = excluded.vendor,
    deprecated = excluded.deprecated,
    min_disk_mib = excluded.min_disk_mib,
    seen_at = excluded.seen_at
