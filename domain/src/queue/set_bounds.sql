update queue_control set
  ring_window = coalesce($2, ring_window),
  org_running = coalesce($3, org_running),
  cloud_running = coalesce($4, cloud_running)
where queue = $1
