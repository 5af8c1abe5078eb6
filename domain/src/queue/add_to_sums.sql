insert into job_stat (step_s, at, kind, queue, cloud_id, done, failed, retried, waits, runs)
select s.step_s, to_timestamp(floor(extract(epoch from now()) / s.step_s) * s.step_s), r.*
from (
  -- In the order of the key, so that two processes that write at the same time don't wait for each other in a circle.
  select kind, queue, cloud, done, failed, retried, waits, runs
  from jsonb_to_recordset($1) as r(
    kind text, queue text, cloud uuid, done int, failed int, retried int, waits int[], runs int[])
  order by kind, queue, cloud
) r
cross join (values (60), (3600)) s(step_s)
order by s.step_s
on conflict (step_s, at, kind, queue, cloud_id) do update set
  done = job_stat.done + excluded.done,
  failed = job_stat.failed + excluded.failed,
  retried = job_stat.retried + excluded.retried,
  waits = add_counts(job_stat.waits, excluded.waits),
  runs = add_counts(job_stat.runs, excluded.runs)
