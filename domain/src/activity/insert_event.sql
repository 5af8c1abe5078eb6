insert into activity (
  org_id, actor_id, impersonator_id, event, status, entity_type, entity_id, entity_name, job_id, message, metadata,
  created_at
)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, business_now())
