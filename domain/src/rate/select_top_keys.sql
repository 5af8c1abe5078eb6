select t.tier, t.key, u.id as user_id, u.name as user_name, u.email as user_email, t.allowed, t.refused
from (
  select m.tier, m.key, sum(m.allowed)::bigint as allowed, sum(m.refused)::bigint as refused
  from rate_minute m
  where m.at > business_now() - interval '1 hour' and m.key <> ''
  group by m.tier, m.key
  order by sum(m.refused) desc, sum(m.allowed) desc, m.tier, m.key
  limit $1
) t
left join app_user u on t.tier in ('user', 'admin') and u.id::text = t.key
order by t.refused desc, t.allowed desc, t.tier, t.key
