select
  j.id, j.kind, j.params, j.queue, j.state, j.priority, j.attempts, j.max_attempts, j.crashes,
  extract(epoch from coalesce(j.finished_at, now()) - j.created_at)::float8 as age_s,
  j.run_at, j.deadline_at, j.created_at, j.finished_at,
  j.org_id, o.name as org_name,
  j.actor_id, u.name as actor_name, j.impersonator_id, i.name as impersonator_name,
  j.target_type, j.target_id, coalesce(v.label, p.name, t.name) as target_label,
  j.progress, j.error_code, j.error, j.cancel_requested, j.lease_token, j.lease_owner, j.retry_of, j.result, j.step,
  j.cloud_id, c.name as cloud_name,
  j.started_at, j.discarded_at, j.traceparent,
  (j.run_ms / 1000.0
    + case when j.state = 'running' then extract(epoch from now() - j.claimed_at) else 0 end)::float8 as run_s,
  (select r.id from job r where r.retry_of = j.id) as taken_up_by,
