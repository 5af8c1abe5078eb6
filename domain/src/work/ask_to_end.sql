update job set
  cancel_requested = true,
  run_at = now(),
  dispatched_at = null,
  crashes = 0,
  state = case when state in ('stuck', 'waiting', 'retry') then 'queued' else state end
where id = $1
