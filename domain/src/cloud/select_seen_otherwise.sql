-- Servers that are on where the row says off, and the other way round, and lost ones that are found.
otherwise as (
  select v.id as vps, v.org_id, s.state = 'running' as is_on
  from resting v
  join seen s on s.provider_ref = v.provider_ref
  where s.state in ('running', 'stopped') and s.state <> v.status
)
select vps, is_on from otherwise order by org_id, vps
