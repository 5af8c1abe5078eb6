select state, count(*) as count
from (select state from job_takeable limit $1) due
group by state
union all
select 'running', count(*) from job where state = 'running'
union all
select 'stuck', count(*) from job where state = 'stuck' and discarded_at is null
union all
select state, count(*)
from (select state from job order by id desc limit $1) newest
where state in ('succeeded', 'failed', 'cancelled')
group by state
