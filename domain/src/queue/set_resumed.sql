with was as (
  select queue, paused_at
  from queue_control
  where queue = $1 and paused
  for update
)
update queue_control c set paused = false, paused_at = null, paused_reason = null
from was
where c.queue = was.queue
returning extract(epoch from now() - coalesce(was.paused_at, now()))::float8
