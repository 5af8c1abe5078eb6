select
  s.id, s.created_at, s.seen_at, s.expires_at, host(s.ip) as ip, s.user_agent, s.amr, a.name as support_name
from session s
left join app_user a on a.id = s.impersonator_id
where s.user_id = $1 and s.revoked_at is null and s.expires_at > business_now()
order by s.seen_at desc, s.id desc
limit $2
