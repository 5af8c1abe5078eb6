select
  o.id, o.name,
  (
    select u.email
    from org_member m
    join app_user u on u.id = m.user_id
    where m.org_id = o.id and m.role = 'owner'
    order by m.created_at, m.user_id
    limit 1
  ) as owner,
  (select count(*) from org_member m where m.org_id = o.id) as members,
  (select count(*) from vps_live v where v.org_id = o.id) as servers,
  o.vps_quota as servers_most, o.created_at
from org o
where o.deleted_at is null and ($1::uuid is null or o.id = $1) and ($2::text is null or o.name ilike '%' || $2 || '%')
order by o.id desc
limit $3
