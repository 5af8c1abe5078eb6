insert into idempotency_key (principal_id, key, route, request_mac, created_at, expires_at)
select $1, $2, $3, $4, t.now, t.now + make_interval(secs => $5)
from (select business_now() as now) t
on conflict (principal_id, key) do nothing
