left join org o on o.id = j.org_id
left join app_user u on u.id = j.actor_id
left join app_user i on i.id = j.impersonator_id
left join vps v on j.target_type = 'vps' and v.id = j.target_id
left join cloud p on j.target_type = 'cloud' and p.id = j.target_id
left join cloud c on c.id = j.cloud_id
left join app_user t on j.target_type = 'user' and t.id = j.target_id
