select
  i.id, i.email, i.role, u.name as invited_by, i.created_at, i.expires_at,
  case when i.expires_at <= $3 then 'expired' else i.state end as state
from invitation i
join app_user u on u.id = i.invited_by
where i.org_id = $1 and ($2::uuid is null or i.id = $2) and i.state = 'pending'
order by i.id desc
limit 100
