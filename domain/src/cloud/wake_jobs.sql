-- A job is woken when its machine is as the job waits for it (`awaits` names the states), or the provider lists it no
-- more and the job waits for that; and only by a list that was asked for after the job had begun to wait. A machine
-- without an id yet is known by its label, and that it is not listed proves nothing. A job of the version before names
-- nothing: it is woken when its machine looks other than when it last ran.
with mine as (
  select j.id, j.claimed_at, j.step_data->'awaits' as awaits, v.provider_ref, v.provider_label
  from job j
  join vps v on v.id = j.target_id
  where j.state = 'waiting' and j.cloud_id = $1 and j.target_type = 'vps'
    and (j.step_data->>'since')::float8 < extract(epoch from $2::timestamptz)
),
concerned as (
  select m.id, s.provider_ref, s.state, s.ipv4, s.ipv6, s.made_at
  from mine m
  left join cloud_sight s on s.cloud_id = $1
    and case
      when m.provider_ref is null then s.label = m.provider_label
      else s.provider_ref = m.provider_ref
    end
  where case
      when s.provider_ref is null then m.provider_ref is not null and coalesce(m.awaits ? 'gone', true)
      else coalesce(m.awaits ? s.state, s.changed_at > m.claimed_at)
    end
),
woken as (
  update job
  set run_at = now(),
      dispatched_at = null,
      news = case
        when c.provider_ref is null then jsonb_build_object('seen', 'gone')
        else jsonb_build_object(
          'seen', 'changed', 'reference', c.provider_ref, 'state', c.state,
          'ipv4', c.ipv4, 'ipv6', c.ipv6, 'made_at', c.made_at
        )
      end
  from concerned c
  where job.id = c.id and job.state = 'waiting'
  returning job.id
)
select
  (select count(*) from woken) as woken,
  (
    select count(*) from job j where j.state = 'waiting' and j.cloud_id = $1 and j.target_type = 'vps'
  ) as waiting
