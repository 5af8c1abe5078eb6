-- The kinds of waiting jobs are few; a scan that skips from kind to kind is not worth its SQL, so a
-- bounded part of them is read.
with open as (
  select distinct kind
  from (select kind from job_takeable limit 100000) o
)
select
  w.id, w.host, w.pid, w.version, w.state, w.wanted,
  w.seen_at < clock_timestamp() - make_interval(secs => $1) as lost,
  w.queues, w.memory_bytes, w.started_at, w.seen_at,
  coalesce(
    (select array_agg(o.kind order by o.kind) from open o where o.kind <> all(w.kinds)),
    '{}'
  ) as unknown_kinds
from worker w
