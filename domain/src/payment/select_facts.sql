-- What counts against an organisation's next payment. The index on (org_id, id) serves all of it.
select
  count(*) filter (
    where p.state in ('new', 'open', 'approved', 'capturing') and p.cancelled_at is null and p.expires_at > $2
  ) as open,
  count(*) filter (where p.created_at > $2::timestamptz - interval '1 hour') as hour,
  coalesce(sum(p.declines) filter (where p.created_at > $2::timestamptz - interval '1 day'), 0)::bigint as declines,
  max(p.created_at) filter (where p.declines > 0) as last_decline,
  min(p.ended_at) filter (where p.state = 'credited') as first_credit,
  coalesce(
    sum(p.amount_micros) filter (
      where p.state in ('pending', 'credited', 'mismatch')
        or (p.state in ('new', 'open', 'approved', 'capturing') and p.cancelled_at is null and p.expires_at > $2)
    ),
    0
  )::bigint as total_micros
from payment p
where p.org_id = $1
