-- With the last tick of each, and that tick's job: open, ended, or archived.
select
  s.name, s.cron, s.paused, s.paused_reason, extract(epoch from s.catch_up)::float8 as catch_up_s,
  t.tick_at as last_tick, case when not s.paused then s.next_tick end as next_tick,
  s.job_kind, t.job_id, coalesce(j.state, a.state) as job_state,
  coalesce(j.finished_at, a.finished_at) as job_finished_at
from schedule s
left join lateral (
  select tick_at, job_id
  from schedule_tick t
  where t.name = s.name
  order by t.tick_at desc
  limit 1
) t on true
left join job j on j.id = t.job_id
left join job_archive a on j.id is null and a.id = t.job_id
