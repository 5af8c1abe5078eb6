select ssh_public_key as public_key, count(*) as servers, max(created_at) as last_used_at
from vps
where org_id = $1
  and deleted_at is null
  and ssh_public_key is not null
group by ssh_public_key
order by last_used_at desc
limit $2
