-- Organisations in the order of their ids, cut where enough servers have come together; a large one has a chunk of its
-- own. Each counts as some servers more, for its wallet.
with charged as (
  select org_id, count(*) as servers
  from usage_segment
  where ended_at is null
  group by org_id
), placed as (
  select
    org_id, servers,
    (sum(servers + $2::bigint) over (order by org_id) - servers - $2::bigint)::bigint / $1::bigint as place
  from charged
)
select
  (array_agg(org_id order by org_id))[1] as first_org,
  (array_agg(org_id order by org_id desc))[1] as last_org,
  count(*) as orgs,
  sum(servers)::bigint as servers
from placed
group by place
order by first_org
