-- What is not done without an administrator, and why; the answer has what is newly held. A machine that no row ever
-- named may be another database's: it must be older than our newest server (whose time is business time; a provider
-- tells whole seconds), the marks must fit ($2), and there must be few of them. At most three or a tenth of the cloud's
-- machines vanish at once.
with size as (
  select greatest(3, count(*) / 10) as most
  from vps
  where cloud_id = $1 and provider_ref is not null and status in ('running', 'stopped', 'deleting')
),
newest as (
  select max(created_at) - (business_now() - clock_timestamp()) as at
  from vps
),
open as (
  select
    id, kind, vps_id, made_at, held, released_at,
    count(*) filter (where kind = 'missing' and released_at is null) over () as missing,
    count(*) filter (where kind = 'orphan' and vps_id is null and released_at is null) over () as unknown
  from cloud_finding
  where cloud_id = $1 and settled_at is null
),
judged as (
  select
    o.id, o.held as was,
    case
      when o.released_at is not null then null
      when o.kind = 'missing' and o.missing > size.most then 'too_many'
      when o.kind <> 'orphan' then null
      when $2 = 'foreign' then 'epoch'
      when o.vps_id is not null then null
      when $2 <> 'fits' then 'epoch'
      when o.made_at + interval '1 second' < newest.at then case when o.unknown > size.most then 'too_many' end
      else 'newer'
    end as held
  from open o
  cross join size
  cross join newest
)
update cloud_finding f
set held = j.held
from judged j
where f.id = j.id and j.held is distinct from j.was
returning f.kind, f.held
