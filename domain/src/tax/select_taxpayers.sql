select o.id as org_id, p.country, p.tax_id, c.tax_id as confirmed
from org o
left join org_profile p on p.org_id = o.id
left join tax_confirmation c on c.org_id = o.id
where o.id = any($1)
