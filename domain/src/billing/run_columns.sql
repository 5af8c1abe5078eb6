-- A chunk failed when it is not done and its job waits for an administrator alone.
select
  r.id,
  r.tick,
  r.started_at,
  case when count(c.no) = count(c.done_at) then coalesce(max(c.done_at), r.started_at) end as ended_at,
  count(c.no) as chunks,
  count(c.done_at) as chunks_done,
  count(c.no) filter (where f.failed) as chunks_failed,
  coalesce(sum(c.orgs), 0)::bigint as orgs,
  coalesce(sum(c.charged), 0)::bigint as charged,
  coalesce(sum(greatest(0, c.orgs - c.charged)) filter (where c.done_at is not null), 0)::bigint as skipped,
  coalesce(sum(c.in_debt), 0)::bigint as in_debt,
  coalesce(sum(c.orgs) filter (where f.failed), 0)::bigint as failed,
  coalesce(sum(c.servers), 0)::bigint as servers,
  coalesce(sum(c.lines), 0)::bigint as lines,
  coalesce(sum(c.micros), 0)::bigint as micros,
  coalesce(extract(epoch from max(c.done_at) - r.started_at), 0)::float8 as seconds
from charge_run r
left join charge_chunk c on c.run_id = r.id
left join lateral (
  select c.done_at is null
    and not exists (
      select from job j where j.id = c.job_id and j.state in ('queued', 'running', 'waiting', 'retry')) as failed
) f on true
