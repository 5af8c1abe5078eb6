  limit $13) due
group by state
union all
select j.state, count(*) as count
from job j
left join org o on o.id = j.org_id
left join vps v on j.target_type = 'vps' and v.id = j.target_id
where j.state = any(array['running', 'stuck']) and j.discarded_at is null and
