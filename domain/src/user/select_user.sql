select
  u.id, u.email, u.name, u.role,
  case
    when u.deleted_at is not null then 'deleted'
    when u.disabled_at is not null then 'disabled'
    when u.email_verified_at is null then 'unverified'
    else 'active'
  end as state,
  u.locale, u.time_zone, u.created_at, u.email_verified_at, u.disabled_at,
  (
    select r.reason
    from activity a
    join act_reason r on r.activity_id = a.id
    where a.entity_type = 'user' and a.entity_id = u.id and a.event = 'user.disable'
    order by a.id desc
    limit 1
  ) as disabled_reason,
  (select max(s.seen_at) from session s where s.user_id = u.id and s.impersonation_id is null) as seen_at
from app_user u
where u.id = $1
