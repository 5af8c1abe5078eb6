) c
-- The key is a text that sorts as its value does; figures are lifted above zero.
cross join lateral (
  select case $5::text
    when 'name' then left(lower(c.name), 20)
    when 'created' then ''
    else lpad((10::numeric ^ 18 + case $5
      when 'balance' then c.balance_micros
      when 'owed' then c.owed_micros
      when 'servers' then c.servers
      else c.hour_micros
    end)::bigint::text, 20, '0')
  end as sort_key
) k
