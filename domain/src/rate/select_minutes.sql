select m.at, m.tier, sum(m.allowed)::bigint as allowed, sum(m.refused)::bigint as refused
from rate_minute m
where m.at > business_now() - interval '1 hour'
group by m.at, m.tier
order by m.at, m.tier
