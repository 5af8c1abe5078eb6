-- After how many seconds segments by the second end: with the second that has begun, after the minimum, and not within
-- hours that were charged; at once where one has not begun.
select
  id,
  greatest(
    case when started_at <= $2::timestamptz then
      greatest(minimum_s, ceil(extract(epoch from $2::timestamptz - started_at)))
    end,
    billed_hours::bigint * 3600
  )::bigint as seconds
from usage_segment
where id = any($1)
  and ended_at is null
  and minimum_s is not null
order by id
for no key update
