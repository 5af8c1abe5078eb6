-- The share of the month's limit that is spent; the gravest notice alone, once a month. $4 pay tax on top of prices.
select p.org_id, k.kind, to_char($2 at time zone 'UTC', 'YYYY-MM') as episode
from wallet_policy p
cross join lateral (
  select coalesce(sum(charged_since(s, $2)), 0) as micros
  from usage_segment s
  where s.org_id = p.org_id and (s.ended_at is null or s.ended_at >= $2)
) page
left join unnest($4::uuid[], $5::bigint[], $6::bigint[]) as x(org_id, part, whole) on x.org_id = p.org_id
cross join lateral (select page.micros + coalesce(page.micros * x.part / x.whole, 0) as micros) spent
cross join lateral (
  select n.kind, n.percent
  from (values ('cap_100', 100), ('cap_80', 80), ('cap_50', 50)) n (kind, percent)
  where spent.micros * 100 >= p.month_cap_micros * n.percent
  order by n.percent desc
  limit 1
) k
where p.month_cap_micros > 0
  and ($1::uuid is null or p.org_id = $1)
  and not exists (
    select
    from wallet_notice s
    join (values ('cap_100', 100), ('cap_80', 80), ('cap_50', 50)) g (kind, percent) on g.kind = s.kind
    where s.org_id = p.org_id and s.episode = to_char($2 at time zone 'UTC', 'YYYY-MM') and g.percent >= k.percent)
order by p.org_id
limit $3
