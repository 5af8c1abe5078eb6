-- An organisation has one wallet and one receivable in USD, and its first member is its owner.
select
  o.id as org_id, o.name, u.id as owner_id, u.email as owner_email, u.name as owner_name,
  w.balance_micros, -d.balance_micros as owed_micros,
  (select count(*) from vps_live v where v.org_id = o.id) as servers,
  coalesce(
    (
      select sum(s.month_micros / s.hours_per_month)
      from usage_segment s
      where s.org_id = o.id and s.ended_at is null
    ),
    0
  )::bigint as hour_micros,
  o.created_at, '' as sort_key
from org o
join lateral (
  select m.user_id from org_member m where m.org_id = o.id order by m.created_at limit 1
) m on true
join app_user u on u.id = m.user_id
join account w on w.org_id = o.id and w.kind = 'wallet' and w.currency = 'USD'
join account d on d.org_id = o.id and d.kind = 'receivable' and d.currency = 'USD'
where o.deleted_at is null
