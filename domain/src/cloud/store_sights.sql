-- `changed_at` is when a machine was first seen as it is now: it wakes the jobs that last ran before.
unlisted as (
  delete from cloud_sight s
  where s.cloud_id = $1 and not exists (select from seen where seen.provider_ref = s.provider_ref)
)
insert into cloud_sight as s (cloud_id, provider_ref, label, state, ipv4, ipv6, made_at)
select $1, provider_ref, label, state, ipv4, ipv6, made_at
from seen
on conflict (cloud_id, provider_ref) do update
set label = excluded.label,
    state = excluded.state,
    ipv4 = excluded.ipv4,
    ipv6 = excluded.ipv6,
    made_at = excluded.made_at,
    changed_at = clock_timestamp()
where (s.label, s.state, s.ipv4) is distinct from (excluded.label, excluded.state, excluded.ipv4)
