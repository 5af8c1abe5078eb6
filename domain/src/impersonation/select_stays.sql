select
  i.id, i.admin_id, a.name as admin_name, i.writes, i.reason, i.began_at,
  coalesce(i.ended_at, i.until_at) as until_at,
  i.ended_at is not null or i.until_at <= business_now() as over
from impersonation i
join app_user a on a.id = i.admin_id
where i.user_id = $1
order by i.id desc
limit $2
