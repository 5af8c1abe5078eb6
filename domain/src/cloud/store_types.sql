with listed as (
  select *
  from jsonb_to_recordset($2) as l(
    id text, label text, class text, vcpus int, memory_mib int, disk_gib int, transfer_gb int,
    hour_micros bigint, month_micros bigint
  )
),
-- A size that a plan is of stays, so that the plan can be shown and changed.
missed as (
  update cloud_type t set gone_at = now()
  where t.cloud_id = $1 and t.gone_at is null and not exists (select from listed l where l.id = t.id)
    and exists (select from plan p where p.cloud_id = $1 and p.type_id = t.id and p.deleted_at is null)
),
unlisted as (
  delete from cloud_type t
  where t.cloud_id = $1 and not exists (select from listed l where l.id = t.id)
    and not exists (select from plan p where p.cloud_id = $1 and p.type_id = t.id and p.deleted_at is null)
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
    seen_at = excluded.seen_at,
    gone_at = null
