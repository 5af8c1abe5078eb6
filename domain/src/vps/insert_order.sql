-- The server of an order, the secret that its job needs, and the event, in one statement; the rest of the text reads
-- them as the answer. The wallet's lock is held, so two orders of one organisation never count at the same time.
with ordered as (
  select *
  from jsonb_to_record($1) as r(
    id uuid, org_id uuid, cloud_id uuid, provider_label text, label text, status text, desired text, plan_id uuid,
    plan_name text, type_id text, vcpus int, memory_mib int, disk_gib int, transfer_gb int, month_micros bigint,
    cost_month_micros bigint, hours_per_month int, region_id text, image_id text, ssh_public_key text,
    created_by uuid, created_at timestamptz, capped boolean, price_version int, list_month_micros bigint,
    minimum_s int)
), used as (
  select
    count(*) as servers, coalesce(sum(v.vcpus), 0) as vcpus, coalesce(sum(v.memory_mib), 0) as memory_mib,
    coalesce(sum(v.disk_gib), 0) as disk_gib
  from vps_live v
  where v.org_id = (select n.org_id from ordered n)
), allowed as (
  select n.*
  from ordered n
  join org o on o.id = n.org_id
  cross join used u
  where o.vps_quota > u.servers
    and o.vcpu_quota >= u.vcpus + n.vcpus
    and o.memory_quota_mib >= u.memory_mib + n.memory_mib
    and o.storage_quota_gib >= u.disk_gib + n.disk_gib
), made as (
  insert into vps (
    id, org_id, cloud_id, provider_label, label, status, desired, plan_id, plan_name, type_id, vcpus, memory_mib,
    disk_gib, transfer_gb, month_micros, cost_month_micros, hours_per_month, region_id, image_id, ssh_public_key,
    created_by, created_at, capped, price_version, list_month_micros, minimum_s)
  select
    id, org_id, cloud_id, provider_label, label, status, desired, plan_id, plan_name, type_id, vcpus, memory_mib,
    disk_gib, transfer_gb, month_micros, cost_month_micros, hours_per_month, region_id, image_id, ssh_public_key,
    created_by, created_at, capped, price_version, list_month_micros, minimum_s
  from allowed
  returning *
), sealed as (
  insert into vps_secret (vps_id, org_id, sealed, created_at)
  select id, org_id, $2, created_at
  from made
  where $2::bytea is not null
), told as (
  -- Here and not through activity::record: it would be a round trip more in every order.
  insert into activity (
    org_id, actor_id, impersonator_id, event, status, entity_type, entity_id, job_id, message, metadata, created_at)
  select
    org_id, created_by, $5, 'vps.create', 'info', 'vps', id, $3, '{name} was ordered',
    jsonb_build_object('held_micros', $4::bigint), business_now()
  from made
)
