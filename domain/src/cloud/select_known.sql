-- `changed`: servers were created or deleted since the mark was written, so that an older backup knows less.
-- `standing`: the machines ($2: those that are listed) that may carry the next mark, those of the oldest servers first.
select
  c.epoch,
  c.epoch_next as next,
  c.epoch_place is not distinct from database_place() as is_place,
  c.epoch_bearers as bearers,
  c.epoch_past as past,
  c.epoch_trusted as trusted,
  exists (
    select
    from vps v
    where v.cloud_id = c.id and greatest(v.created_at, v.started_at, v.deleted_at) > c.epoch_at
  ) as changed,
  array(
    select v.provider_ref
    from vps v
    where v.cloud_id = c.id and v.status in ('running', 'stopped') and v.provider_ref = any($2::text[])
    order by v.id
    limit $3
  ) as standing
from cloud c
where c.id = $1
for update
