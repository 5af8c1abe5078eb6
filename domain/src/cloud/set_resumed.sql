-- An update returns the new row: what it was is read first, under its lock.
with was as (
  select id, paused_at
  from cloud
  where id = $1 and paused_at is not null and ($2::text is null or paused_by = $2)
  for update
)
update cloud c
set paused_at = null,
    paused_reason = null,
    paused_by = null
from was
where c.id = was.id
returning c.name, extract(epoch from now() - was.paused_at)::float8 as paused_s
