select
  i.id, i.org_id, o.name as org_name, i.email, i.role,
  case when o.deleted_at is null then i.state else 'revoked' end as state,
  i.expires_at, u.name as invited_by, u.id as inviter_id,
  case when u.deleted_at is null and u.disabled_at is null then m.role end as inviter_role,
  exists (select from app_user a where a.email = i.email and a.deleted_at is null) as has_account
from invitation i
join org o on o.id = i.org_id
join app_user u on u.id = i.invited_by
left join org_member m on m.org_id = i.org_id and m.user_id = i.invited_by
where i.token_hash = $1
