-- The key is a text that sorts as its value does; it is cut so that a cursor stays short, and the id breaks ties.
with page as (
  select v.id, k.sort_key
  from vps v
  join org o on o.id = v.org_id
  cross join lateral (
    select case $10::text
      when 'price' then lpad((v.month_micros / v.hours_per_month)::text, 20, '0')
      when 'customer' then left(lower(o.name), 20)
      else v.status
    end as sort_key
  ) k
  where
