-- Ids begin with their instant, so the oldest come first in the primary key. A failed job that needs
-- attention stays until an administrator has dealt with it.
select id
from job
where finished_at < now() - make_interval(days => case when state = 'succeeded' then $1::int4 else $2::int4 end)
  and (state <> 'failed'
    or discarded_at is not null
    or finished_at < now() - make_interval(days => 3 * $2::int4)
    or exists (select from job r where r.retry_of = job.id))
order by id
limit $3
