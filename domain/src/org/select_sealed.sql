select o.name as org_name, i.email, i.role, i.sealed, u.email as invited_by, m.role as inviter_role, i.expires_at
from invitation i
join org o on o.id = i.org_id
join app_user u on u.id = i.invited_by
join org_member m on m.org_id = i.org_id and m.user_id = i.invited_by
where i.id = $1 and i.state = 'pending' and i.expires_at > $2 and i.sealed is not null and o.deleted_at is null
  and u.deleted_at is null and u.disabled_at is null
