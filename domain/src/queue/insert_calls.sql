insert into provider_call (job_id, lease_token, n, at, method, path, status, request_id, duration_ms, error)
select
  $1, $2, n,
  clock_timestamp() - make_interval(secs => ago_ms / 1000.0),
  method, path, status, request_id, duration_ms, error
from jsonb_to_recordset($3) as r(
  n int, ago_ms bigint, method text, path text, status smallint, request_id text, duration_ms int, error text)
on conflict do nothing
