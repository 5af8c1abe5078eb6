select
  n.org_id,
  n.kind,
  a.balance_micros,
  f.zero_at,
  p.month_cap_micros as cap_micros,
  (select l.delete_at from ladder l where l.org_id = n.org_id order by l.began_at desc limit 1) as delete_at,
  array(
    select v.label
    from vps_live v
    where v.org_id = n.org_id
      and exists (select from usage_segment s where s.vps_id = v.id and s.ended_at is null)
    order by v.label
    limit 20) as servers,
  (select count(distinct s.vps_id) from usage_segment s where s.org_id = n.org_id and s.ended_at is null) as count
from wallet_notice n
join account a on a.org_id = n.org_id and a.kind = 'wallet' and a.currency = 'USD'
left join wallet_forecast f on f.org_id = n.org_id
left join wallet_policy p on p.org_id = n.org_id
where n.id = $1
