select
  u.id, u.email, u.name, m.role, m.created_at as joined_at,
  (
    select max(s.seen_at) from session s where s.user_id = u.id and s.impersonator_id is null
  ) as seen_at,
  i.name as invited_by, u.disabled_at is not null as disabled,
  exists (select from totp t where t.user_id = u.id) or exists (select from passkey p where p.user_id = u.id)
    as second_factor
from org_member m
join app_user u on u.id = m.user_id
left join app_user i on i.id = m.invited_by
where m.org_id = $1 and ($2::uuid is null or m.user_id = $2) and u.deleted_at is null
order by m.created_at, u.id
limit $3
