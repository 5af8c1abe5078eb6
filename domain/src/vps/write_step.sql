-- The only statement that changes the status of a server (testkit/tests/tidy.rs). The caller holds the row's lock and
-- has asked the table of status.rs; the columns beside the status belong to one event or another.
update vps
set
  status = $2,
  desired = $3,
  status_before_delete = $4,
  failure = $5,
  provider_ref = $6,
  ipv4 = $7,
  ipv6 = $8,
  started_at = $9,
  deleted_at = $10,
  last_seen_at = case when $11 then business_now() else last_seen_at end
where id = $1
returning last_seen_at
