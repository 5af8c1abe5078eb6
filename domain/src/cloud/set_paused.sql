-- An operator's pause stays as it is; the platform's has the latest reason.
update cloud
set paused_at = coalesce(paused_at, now()),
    paused_reason = $2,
    paused_by = $3
where id = $1
  and deleted_at is null
  and (paused_at is null or (paused_by = 'platform' and $3 = 'platform' and paused_reason is distinct from $2))
returning name
