-- Two clouds may be connected with one account: a server of either is a server.
kin as (
  select id
  from cloud
  where id = $1 or account_id = (select account_id from cloud where id = $1)
),
-- Which server a machine stands for. The provider's id says so; label and tag only find what has no id yet.
owner as (
  select s.provider_ref, coalesce(known.id, named.id) as vps_id, coalesce(known.status, named.status) as status
  from seen s
  left join lateral (
    select id, status from vps v where v.cloud_id in (select id from kin) and v.provider_ref = s.provider_ref limit 1
  ) known on true
  left join lateral (
    select id, status from vps v where v.provider_ref is null and v.provider_label in (s.label, s.server) limit 1
  ) named on known.id is null
),
wrong as (
  select 'orphan' as kind, s.provider_ref, s.label, o.vps_id, s.type_id, s.made_at
  from seen s
  join owner o on o.provider_ref = s.provider_ref
  where s.state <> 'deleting'
    and s.tagged
    and (
      o.vps_id is null
      or (o.status in ('deleted', 'failed') and o.vps_id not in (select target_id from busy))
    )
  union all
  -- $4: the provider itself says that it does not have them.
  select 'missing', v.provider_ref, v.provider_label, v.id, v.type_id, null
  from resting v
  where v.status in ('running', 'stopped') and v.last_seen_at is not null and v.provider_ref = any($4::text[])
  union all
  select case when s.tagged then 'renamed' else 'untagged' end, s.provider_ref, s.label, v.id, s.type_id, s.made_at
  from seen s
  join vps v on v.cloud_id = $1 and v.provider_ref = s.provider_ref
  where v.status not in ('deleted', 'failed', 'deleting') and (s.label <> v.provider_label or not s.tagged)
),
-- $5: what could not be asked for this time stays as it was.
righted as (
  update cloud_finding f
  set settled_at = clock_timestamp(), outcome = coalesce(outcome, 'righted'), held = null
  where f.cloud_id = $1 and f.settled_at is null
    and not exists (select from wrong w where w.kind = f.kind and w.provider_ref = f.provider_ref)
    and not (f.kind = 'missing' and f.provider_ref = any($5::text[]))
),
found as (
  insert into cloud_finding as f (id, cloud_id, kind, provider_ref, label, vps_id, type_id, made_at)
  select gen_random_uuid(), $1, kind, provider_ref, label, vps_id, type_id, made_at from wrong
  on conflict (cloud_id, kind, provider_ref) where settled_at is null do update
  set looks = f.looks + 1,
      last_seen_at = clock_timestamp(),
      vps_id = excluded.vps_id,
      label = excluded.label
  returning f.kind, f.provider_ref, f.label, f.looks
)
select kind, provider_ref, label from found where looks = 1
