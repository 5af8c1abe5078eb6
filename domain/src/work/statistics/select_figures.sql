-- Figures of jobs by when they ended, or began where they have not ended: of the newest jobs alone, since charts are
-- drawn often. What fits is known first, and then grouped in four ways at once.
select
  grouping(e.at, e.kind, e.cloud_id)::int as level,
  e.at, e.kind, e.cloud_id, max(e.cloud_name) as cloud_name,
  count(*) filter (where e.state = 'succeeded') as done,
  count(*) filter (where e.state in ('failed', 'stuck')) as failed,
  coalesce(sum(e.attempts) filter (where e.state <> 'failed'), 0)::bigint as retried,
  percentile_cont(array[0.5, 0.95, 0.99]) within group (order by e.wait_s) as waits,
  percentile_cont(array[0.5, 0.95, 0.99]) within group (order by e.run_s) as runs
from (
  select
    j.state, j.kind, j.cloud_id, c.name as cloud_name, j.attempts,
    to_timestamp(floor(extract(epoch from j.at) / $13::float8) * $13::float8) as at,
    extract(epoch from j.started_at - j.created_at)::float8 as wait_s,
    case when j.started_at is not null then j.run_ms / 1000.0::float8 end as run_s
  from (
    select *, coalesce(finished_at, started_at, created_at) as at
    from job
    order by id desc
    limit $14) j
  left join org o on o.id = j.org_id
  left join vps v on j.target_type = 'vps' and v.id = j.target_id
  left join cloud c on c.id = j.cloud_id
  where j.at >= $15 and j.at < $16 and
