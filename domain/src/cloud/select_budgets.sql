select
  cloud_id as cloud, bucket, capacity, per_s, level(b, capacity, per_s) as tokens, remaining,
  case when blocked_until > clock_timestamp() then blocked_until end as blocked_until
from cloud_budget b
where cloud_id = any($1)
order by cloud_id, bucket
