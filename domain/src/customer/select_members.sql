select
  u.id, u.email, u.name, m.role,
  case
    when u.deleted_at is not null then 'deleted'
    when u.disabled_at is not null then 'disabled'
    when u.email_verified_at is null then 'unverified'
    else 'active'
  end as state,
  m.created_at as joined_at,
  (
    select max(s.created_at)
    from session s
    where s.user_id = u.id and s.revoked_at is null and s.impersonation_id is null
  ) as signed_in_at
from org_member m
join app_user u on u.id = m.user_id
where m.org_id = $1
order by m.created_at, u.id
limit $2
