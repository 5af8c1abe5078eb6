-- The page is cut before the jobs are joined.
select
  t.tick_at, t.created_at as made_at, t.manual, t.job_id, coalesce(j.state, a.state) as job_state,
  coalesce(j.finished_at, a.finished_at) as job_finished_at
from (
  select *
  from schedule_tick
  where name = $1 and ($2::timestamptz is null or tick_at < $2)
  order by tick_at desc
  limit $3
) t
left join job j on j.id = t.job_id
left join job_archive a on j.id is null and a.id = t.job_id
order by t.tick_at desc
