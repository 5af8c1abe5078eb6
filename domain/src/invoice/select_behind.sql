-- A server whose hours up to the end of the month are not all charged.
select exists (
  select
  from usage_segment
  where org_id = $1
    and ended_at is null
    and started_at < $2
    and billed_hours < ceil(extract(epoch from $2::timestamptz - started_at) / 3600)
)
