select p.org_id, o.name as org_name, u.name as used_by, p.used_at
from promo_use p
join org o on o.id = p.org_id
join app_user u on u.id = p.used_by
where p.code_id = $1 and ($2::uuid is null or p.org_id > $2)
order by p.org_id
limit $3
