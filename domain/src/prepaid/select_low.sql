-- Of several notices that are due only the gravest is sent, and none that is less grave than one that was sent.
select f.org_id, k.kind, f.episode::text as episode
from wallet_forecast f
cross join lateral (
  select n.kind, n.grave
  from (values ('runway_0', 4, 0), ('runway_1', 3, 1), ('runway_24', 2, 24), ('runway_72', 1, 72)) n (kind, grave, h)
  where f.zero_at <= business_now() + make_interval(hours => n.h)
  order by n.grave desc
  limit 1
) k
where f.zero_at <= business_now() + interval '72 hours'
  and ($1::uuid is null or f.org_id = $1)
  and not exists (
    select
    from wallet_notice s
    join (values ('runway_0', 4), ('runway_1', 3), ('runway_24', 2), ('runway_72', 1)) g (kind, grave)
      on g.kind = s.kind
    where s.org_id = f.org_id and s.episode = f.episode::text and g.grave >= k.grave)
  and not exists (select from org o where o.id = f.org_id and o.deleted_at is not null)
order by f.zero_at
limit $2
