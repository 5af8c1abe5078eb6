with listed as (
  select *
  from jsonb_to_recordset($2) as l(
    id text, label text, class text, vcpus int, memory_mib int, disk_gib int, transfer_gb int,
    hour_micros bigint, month_micros bigint
  )
),
unlisted as (
  delete from cloud_type t
  where t.cloud_id = $1 and not exists (select from listed l where l.id = t.id)
)
insert into cloud_type (
  cloud_id, id, label, class, vcpus, memory_mib, disk_gib, transfer_gb, hour_micros, month_micros, seen_at
)
select
  $1, id, label, class, vcpus, memory_mib, disk_gib, transfer_gb, hour_micros, month_micros, now()
from listed
on conflict (cloud_id, id) do update
set label = excluded.label,
    class = excluded.class,
    vcpus = excluded.vcpus,
    memory_mib = excluded.memory_mib,
    disk_gib = excluded.disk_gib,
    transfer_gb = excluded.transfer_gb,
    hour_micros = excluded.hour_micros,
    month_micros = excluded.month_micros,
    seen_at = excluded.seen_at
