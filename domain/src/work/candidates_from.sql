from job j
left join org o on o.id = j.org_id
left join vps v on j.target_type = 'vps' and v.id = j.target_id
where
