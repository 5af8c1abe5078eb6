-- Owners, administrators and those who pay, of the organisations that have such servers.
select b.user_id, b.org_id
from price_move m
join lateral (
  select distinct v.org_id
  from vps_live v
  where (m.plan_id is null or v.plan_id = m.plan_id) and (m.org_id is null or v.org_id = m.org_id)
) v on true
join org_member b on b.org_id = v.org_id and b.role in ('owner', 'admin', 'billing')
join app_user u on u.id = b.user_id and u.deleted_at is null
where m.id = $1
order by b.org_id, b.user_id
limit $2
