-- By state, as count_by_state.sql counts all. What is open or stuck is in an index of few rows; what is final is found
-- among the newest jobs, so that no filter reads the whole table.
select state, count(*) as count
from (
  select j.state
  from job_takeable j
  left join org o on o.id = j.org_id
  left join vps v on j.target_type = 'vps' and v.id = j.target_id
  where
