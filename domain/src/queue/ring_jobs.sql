-- A loose index scan over organisations, and of each the first jobs that are due: as many as may be in
-- progress, less those that are. What was rung and not yet taken comes first too, so that it counts. The
-- platform's own jobs have no such bound.
with recursive orgs as (
  (select org_id
   from job
   where queue = $1 and state in ('queued', 'waiting', 'retry') and org_id is not null
   order by org_id
   limit 1)
  union all
  select (
    select j.org_id
    from job j
    where j.queue = $1 and j.state in ('queued', 'waiting', 'retry') and j.org_id > orgs.org_id
    order by j.org_id
    limit 1)
  from orgs
  where orgs.org_id is not null
), control as (
  select org_running, cloud_running
  from queue_control
  where queue = $1 and not paused
), held as (
  select org_id, cloud_id, count(*) as running
  from job
  where state = 'running' and queue = $1
  group by org_id, cloud_id
), paused as (
  select id from cloud where paused_at is not null
), line as (
  select c.*, row_number() over (partition by o.org_id order by c.priority, c.run_at, c.id) as turn
  from orgs o
  cross join control
  cross join lateral (
    select
      j.id, j.cloud_id as cloud, j.priority, j.run_at,
      coalesce(j.dispatched_at, '-infinity') < now() - make_interval(secs => $3) as unrung
    from job j
    where j.queue = $1
      and j.state in ('queued', 'waiting', 'retry')
      and j.org_id = o.org_id
      and j.run_at <= now()
      and j.kind = any($4)
      and (j.cloud_id is null or j.cancel_requested or j.cloud_id not in (select id from paused))
    order by j.org_id, j.priority, j.run_at, j.id
    limit greatest(0, control.org_running
      - coalesce((select sum(h.running) from held h where h.org_id = o.org_id), 0))) c
  where o.org_id is not null
  union all
  select c.*, row_number() over (order by c.priority, c.run_at, c.id)
  from control
  cross join lateral (
    select j.id, j.cloud_id, j.priority, j.run_at, true
    from job j
    where j.queue = $1
      and j.state in ('queued', 'waiting', 'retry')
      and j.org_id is null
      and j.run_at <= now()
      and j.kind = any($4)
      and (j.dispatched_at is null or j.dispatched_at < now() - make_interval(secs => $3))
      and (j.cloud_id is null or j.cancel_requested or j.cloud_id not in (select id from paused))
    order by j.org_id, j.priority, j.run_at, j.id
    limit $2) c
), counted as (
  select
    l.*,
    case when l.cloud is not null then
      row_number() over (partition by l.cloud order by l.unrung, l.turn, l.priority, l.run_at)
    end as cloud_turn
  from line l
), pick as (
  select j.id
  from job j
  where j.id = any(array(
      select c.id
      from counted c
      cross join control
      where c.unrung
        and (c.cloud is null
          or c.cloud_turn <= control.cloud_running
            - coalesce((select sum(h.running) from held h where h.cloud_id = c.cloud), 0))
      order by c.turn, c.priority, c.run_at
      limit $2))
    and j.state = any($5)
  for update skip locked
)
update job set dispatch = dispatch + 1, dispatched_at = now()
where job.id = any(array(select pick.id from pick))
returning job.id, job.dispatch
