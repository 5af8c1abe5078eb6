select
  c.tax_id, c.reference, c.confirmed_on, c.confirmed_by, u.name as confirmed_by_name, c.created_at as noted_at
from tax_confirmation c
left join app_user u on u.id = c.confirmed_by
where c.org_id = $1
