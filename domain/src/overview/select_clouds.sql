select
  c.id, c.name, c.status,
  c.account_seen is not null
    or exists (
      select from cloud_finding f where f.cloud_id = c.id and f.settled_at is null and f.held is not null
    ) as needs_decision
from cloud c
where c.deleted_at is null
order by c.name
limit $1
