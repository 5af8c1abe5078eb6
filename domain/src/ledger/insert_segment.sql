with segment as (
  insert into usage_segment (
    id, vps_id, org_id, month_micros, hours_per_month, started_at, billed_hours, billed_micros, capped, price_version)
  values ($1, $2, $3, $4, $5, $6, 1, $7, $9, $10)
  returning id, org_id, billed_micros
)
insert into usage_line (segment_id, hour_no, org_id, micros, journal_id, tax_micros, tax_added)
select id, 1, org_id, billed_micros, $8, $11, $12
from segment
