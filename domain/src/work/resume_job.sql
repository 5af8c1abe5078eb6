update job set
  state = 'queued',
  attempts = 0,
  crashes = 0,
  run_at = now(),
  dispatched_at = null,
  deadline_at = greatest(deadline_at, now() + interval '30 min'),
  step = coalesce($2, step),
  -- From its first step a job knows nothing of what it learnt before.
  step_data = case when $2 = 0 then '{}' else step_data end
where id = $1
