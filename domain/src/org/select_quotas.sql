select
  v.servers as servers_used, o.vps_quota as servers_most,
  v.vcpus as vcpus_used, o.vcpu_quota as vcpus_most,
  v.memory_mib as memory_mib_used, o.memory_quota_mib as memory_mib_most,
  v.storage_gib as storage_gib_used, o.storage_quota_gib as storage_gib_most,
  (select count(*) from org_member m where m.org_id = o.id) as members_used, o.member_quota as members_most,
  (
    select count(*) from api_key k
    where k.org_id = o.id and k.revoked_at is null and k.successor_id is null and k.expires_at > business_now()
  ) as keys_used,
  o.key_quota as keys_most
from org o
cross join lateral (
  select
    count(*) as servers, coalesce(sum(l.vcpus), 0) as vcpus, coalesce(sum(l.memory_mib), 0) as memory_mib,
    coalesce(sum(l.disk_gib), 0) as storage_gib
  from vps_live l
  where l.org_id = o.id
) v
where o.id = $1 and o.deleted_at is null
