  -- Failed or stuck, not set aside and not retried by another.
  j.state in ('failed', 'stuck')
  and j.discarded_at is null
  and not exists (select from job r where r.retry_of = j.id)
