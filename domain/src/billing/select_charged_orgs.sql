select coalesce(array_agg(org_id order by org_id), '{}')
from (
  select distinct org_id
  from usage_segment
  where ended_at is null and ($1::uuid is null or org_id > $1)
  order by org_id
  limit $2
) t
