group by j.state
union all
select j.state, count(*) as count
from (select * from job where $11::uuid is null or id >= $11 order by id desc limit $13) j
left join org o on o.id = j.org_id
left join vps v on j.target_type = 'vps' and v.id = j.target_id
where j.state in ('succeeded', 'failed', 'cancelled') and
