  -- The instant since which the first due job in any organisation's line of the queue c waits: of each organisation the
  -- front of its line, which a loose index scan over organisations finds without reading the rest.
  with recursive orgs as (
    (select org_id
     from job
     where queue = c.queue and state in ('queued', 'waiting', 'retry') and org_id is not null
     order by org_id
     limit 1)
    union all
    select (
      select j.org_id
      from job j
      where j.queue = c.queue and j.state in ('queued', 'waiting', 'retry') and j.org_id > orgs.org_id
      order by j.org_id
      limit 1)
    from orgs
    where orgs.org_id is not null
  )
  select min(front.run_at)
  from (
    select f.run_at
    from orgs
    cross join lateral (
      select j.run_at
      from job j
      left join cloud a on a.id = j.cloud_id
      where j.queue = c.queue
        and j.state in ('queued', 'waiting', 'retry')
        and j.org_id = orgs.org_id
        and j.run_at <= now()
        and a.paused_at is null
      order by j.org_id, j.priority, j.run_at
      limit 1) f
    union all
    (select j.run_at
     from job j
     left join cloud a on a.id = j.cloud_id
     where j.queue = c.queue
       and j.state in ('queued', 'waiting', 'retry')
       and j.org_id is null
       and j.run_at <= now()
       and a.paused_at is null
     order by j.org_id, j.priority, j.run_at
     limit 1)
  ) front
