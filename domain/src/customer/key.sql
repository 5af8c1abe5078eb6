) c
-- The key is a text that sorts as its value does; figures are lifted above zero, and who was never seen comes first.
cross join lateral (
  select case $6::text
    when 'name' then left(lower(c.name), 20)
    when 'created' then ''
    when 'active' then coalesce(to_char(c.active_at at time zone 'UTC', 'YYYYMMDDHH24MISSUS'), '')
    else lpad((10::numeric ^ 18 + case $6
      when 'balance' then c.balance_micros
      when 'owed' then c.owed_micros
      when 'servers' then c.servers
      when 'quota' then c.quota_percent
      else c.hour_micros
    end)::bigint::text, 20, '0')
  end as sort_key
) k
