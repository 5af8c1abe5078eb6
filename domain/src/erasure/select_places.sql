-- Locked before any wallet, as orders do: they hold the membership while they wait for the money.
select
  m.org_id, m.role,
  (select count(*) from org_member n where n.org_id = m.org_id and n.user_id <> m.user_id) as others
from org_member m
join org o on o.id = m.org_id
where m.user_id = $1 and o.deleted_at is null
order by m.org_id
for update of m
