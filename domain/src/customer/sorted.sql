select
  c.org_id, c.name, c.state, c.owner_id, c.owner_email, c.owner_name, c.balance_micros, c.owed_micros, c.servers,
  c.hour_micros, c.quota_percent, c.active_at, c.created_at, k.sort_key
from (
