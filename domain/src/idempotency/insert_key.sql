insert into idempotency_key (principal_id, org_id, key, route, request_mac, created_at, expires_at, status, body)
select $1, $7, $2, $3, $4, t.now, t.now + make_interval(secs => $5), case when $6::jsonb is not null then 200 end, $6
from (select business_now() as now) t
on conflict (principal_id, org_id, key) do nothing
