select
  l.id,
  l.delete_at,
  l.stopped,
  l.deleting_at is not null as deleting,
  n.id as notice_id
from ladder l
left join wallet_notice n on n.org_id = l.org_id and n.kind = 'funds_suspend' and n.episode = l.id::text
where l.org_id = $1 and l.ended_at is null
for update of l
