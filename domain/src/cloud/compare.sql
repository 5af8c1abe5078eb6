-- A server is right while a job is open on it, whatever the list says: the job knows better. So is one whose
-- job ended when the list had been asked for ($3), give or take a second.
busy as (
  select target_id from job_open where target_type = 'vps'
),
wrong as (
  select 'orphan' as kind, s.provider_ref, s.label, v.id as vps_id
  from seen s
  left join vps v on v.cloud_id = $1 and v.provider_label = s.label
  where s.state <> 'deleting'
    and (
      v.id is null
      or (v.status in ('deleted', 'failed') and v.id not in (select target_id from busy))
    )
  union all
  select 'missing', v.provider_ref, v.provider_label, v.id
  from vps v
  where v.cloud_id = $1
    and v.status in ('running', 'stopped')
    and v.provider_ref is not null
    and v.last_seen_at is not null
    and v.id not in (select target_id from busy)
    and not exists (select from seen s where s.provider_ref = v.provider_ref)
    and not exists (
      select from job j
      where j.target_type = 'vps' and j.target_id = v.id
        and j.finished_at > $3::timestamptz - interval '1 second'
    )
),
righted as (
  update cloud_finding f
  set settled_at = clock_timestamp(), outcome = coalesce(outcome, 'righted')
  where f.cloud_id = $1 and f.settled_at is null
    and not exists (select from wrong w where w.kind = f.kind and w.provider_ref = f.provider_ref)
),
found as (
  insert into cloud_finding as f (id, cloud_id, kind, provider_ref, label, vps_id)
  select gen_random_uuid(), $1, kind, provider_ref, label, vps_id from wrong
  on conflict (cloud_id, kind, provider_ref) where settled_at is null do update
  set looks = f.looks + 1,
      last_seen_at = clock_timestamp(),
      vps_id = excluded.vps_id
  returning f.kind, f.provider_ref, f.label, f.looks
)
select kind, provider_ref, label from found where looks = 1
