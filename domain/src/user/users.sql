-- The key is a text that sorts as its value does; who was never seen comes before everybody.
select k.*
from (
  select
    u.id, u.email, u.name, u.role, t.state,
    (select count(*) from org_member m join org o on o.id = m.org_id where m.user_id = u.id and o.deleted_at is null)
      as organisations,
    u.created_at, s.seen_at,
    case $5::text
      when 'name' then left(lower(u.name), 20)
      when 'email' then left(u.email, 100)
      when 'seen' then coalesce(to_char(s.seen_at at time zone 'UTC', 'YYYYMMDDHH24MISSUS'), '')
      else ''
    end as sort_key
  from app_user u
  cross join lateral (
    select case
      when u.deleted_at is not null then 'deleted'
      when u.disabled_at is not null then 'disabled'
      when u.email_verified_at is null then 'unverified'
      else 'active'
    end as state
  ) t
  cross join lateral (
    select max(s.seen_at) as seen_at from session s where s.user_id = u.id and s.impersonation_id is null
  ) s
  where ($2::text is null or u.id = $3::uuid or u.name ilike '%' || $2 || '%' or u.email ilike '%' || $2 || '%')
    and ($7::text is null or u.role = $7)
    and case when $8::text is null then u.deleted_at is null else t.state = $8 end
) k
