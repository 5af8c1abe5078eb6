select
  o.user_id, u.name as user_name, u.email as user_email, o.max, o.window_s, o.reason, o.expires_at, o.set_by,
  b.name as set_by_name, o.set_at
from rate_override o
join app_user u on u.id = o.user_id
left join app_user b on b.id = o.set_by
where o.expires_at > business_now() and ($1::uuid is null or o.user_id = $1)
order by o.expires_at, o.user_id
limit $2
