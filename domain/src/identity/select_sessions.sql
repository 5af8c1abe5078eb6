select
  id, created_at, seen_at, expires_at, host(ip) as ip, user_agent, amr, impersonator_id is not null as impersonated
from session
where user_id = $1 and revoked_at is null and expires_at > $2
order by seen_at desc, id desc
limit $3
