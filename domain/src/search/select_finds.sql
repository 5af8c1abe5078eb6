(
  select 'org' as kind, o.id, o.name as label, coalesce(u.email, '') as detail, null::text as more
  from org o
  left join lateral (
    select m.user_id from org_member m where m.org_id = o.id order by m.created_at limit 1
  ) m on true
  left join app_user u on u.id = m.user_id
  where o.deleted_at is null
    and (o.id = $2::uuid or u.id = $2 or o.name ilike '%' || $1 || '%' or u.email ilike '%' || $1 || '%')
  order by o.id desc
  limit $3
)
union all
(
  select 'user', u.id, u.name, u.email, null
  from app_user u
  where u.deleted_at is null and (u.id = $2 or u.name ilike '%' || $1 || '%' or u.email ilike '%' || $1 || '%')
  order by u.id desc
  limit $3
)
union all
(
  select 'vps', v.id, v.label, v.status, concat_ws(' · ', v.ipv4, o.name)
  from vps v
  join org o on o.id = v.org_id
  where v.id = $2
    or (
      v.deleted_at is null
      and (v.label ilike '%' || $1 || '%' or v.ipv4 like $1 || '%' or v.ipv6 like $1 || '%' or v.provider_ref = $1)
    )
  order by v.id desc
  limit $3
)
union all
(select 'job', j.id, j.kind, j.state, null from job j where j.id = $2)
union all
(select 'job', j.id, j.kind, j.state, null from job_archive j where j.id = $2 limit 1)
union all
(
  select 'cloud', c.id, c.name, c.status, null
  from cloud c
  where c.deleted_at is null and (c.id = $2 or c.name ilike '%' || $1 || '%')
  order by c.name
  limit $3
)
union all
(
  select 'plan', p.id, p.name, case when p.active then 'on sale' else 'off sale' end, null
  from plan p
  where p.deleted_at is null and (p.id = $2 or p.name ilike '%' || $1 || '%')
  order by p.name
  limit $3
)
