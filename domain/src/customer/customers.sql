-- An organisation has one wallet and one receivable in USD, and its first member is its owner. One that ended without
-- members is still that of the person with whom it ended, or who made it.
select
  o.id as org_id, o.name, t.state, u.id as owner_id, u.email as owner_email, u.name as owner_name,
  w.balance_micros, -d.balance_micros as owed_micros,
  v.servers,
  coalesce(
    (
      select sum(s.month_micros / s.hours_per_month)
      from usage_segment s
      where s.org_id = o.id and s.ended_at is null
    ),
    0
  )::bigint as hour_micros,
  q.used as quota_percent,
  greatest(
    (
      select max(s.seen_at)
      from org_member m
      join session s on s.user_id = m.user_id
      where m.org_id = o.id and s.impersonation_id is null
    ),
    (select max(k.last_used_at) from api_key k where k.org_id = o.id)
  ) as active_at,
  o.created_at, '' as sort_key
from org o
cross join lateral (
  select coalesce(
    (select m.user_id from org_member m where m.org_id = o.id order by m.created_at limit 1),
    o.closed_with, o.created_by
  ) as user_id
) m
join app_user u on u.id = m.user_id
join account w on w.org_id = o.id and w.kind = 'wallet' and w.currency = 'USD'
join account d on d.org_id = o.id and d.kind = 'receivable' and d.currency = 'USD'
cross join lateral (
  select
    count(*) as servers, coalesce(sum(l.vcpus), 0) as vcpus, coalesce(sum(l.memory_mib), 0) as memory_mib,
    coalesce(sum(l.disk_gib), 0) as storage_gib
  from vps_live l
  where l.org_id = o.id
) v
-- The fullest of what select_quotas.sql counts. A quota of nothing is full once there is something.
cross join lateral (
  select coalesce(max(p.used * 100 / greatest(p.most, 1)), 0)::int as used
  from (
    values
      (v.servers, o.vps_quota),
      (v.vcpus, o.vcpu_quota),
      (v.memory_mib, o.memory_quota_mib),
      (v.storage_gib, o.storage_quota_gib),
      ((select count(*) from org_member m where m.org_id = o.id), o.member_quota),
      (
        (
          select count(*) from api_key k
          where k.org_id = o.id and k.revoked_at is null and k.successor_id is null and k.expires_at > business_now()
        ),
        o.key_quota
      )
  ) p (used, most)
) q
cross join lateral (
  select case
    when o.deleted_at is not null then 'closed'
    when not exists (
      select from org_member m
      join app_user x on x.id = m.user_id
      where m.org_id = o.id and m.role = 'owner' and x.deleted_at is null and x.disabled_at is null
    ) then 'locked'
    when exists (select from ladder l where l.org_id = o.id and l.ended_at is null) then 'stopped'
    else 'active'
  end as state
) t
