select
  j.id, j.kind, j.state, j.step,
  j.lease_token > 0 as begun,
  j.cancel_requested,
  j.discarded_at is not null as discarded,
  coalesce(j.error_code = 'superseded', false) as superseded,
  exists (select from job r where r.retry_of = j.id) as taken_up,
