update org set
  vps_quota = coalesce($2, vps_quota), vcpu_quota = coalesce($3, vcpu_quota),
  memory_quota_mib = coalesce($4, memory_quota_mib), storage_quota_gib = coalesce($5, storage_quota_gib),
  member_quota = coalesce($6, member_quota), key_quota = coalesce($7, key_quota)
where id = $1
