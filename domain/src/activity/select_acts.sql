-- The page is chosen first, so that only its rows are joined.
select
  a.id, a.event, a.status, said(a.message, a.entity_type, a.entity_id) as message,
  a.entity_type, a.entity_id, a.entity_name,
  coalesce(v.label, c.name, p.name, e.name, w.name, a.entity_name) as entity_label,
  a.job_id, a.org_id, o.name as org_name, a.actor_id, u.name as actor_name,
  a.impersonator_id, i.name as impersonator_name, r.reason,
  a.created_at
from (
  select *
  from activity a
  where ($1::bigint is null or a.id < $1)
    and (
      $2::text is null
      or ($2 = 'administrator' and (
        a.actor_id = any (array (select id from app_user where role = 'admin'))
        or (a.actor_id is null and exists (select from act_reason r where r.activity_id = a.id))
      ))
      or ($2 = 'customer' and a.actor_id in (select id from app_user where role <> 'admin'))
      or ($2 = 'platform' and a.actor_id is null
        and not exists (select from act_reason r where r.activity_id = a.id))
    )
    and ($3::uuid is null or a.actor_id = $3 or a.impersonator_id = $3)
    and ($4::text is null or split_part(a.event, '.', 1) = split_part($4, '.', 1))
    and ($4 is null or strpos($4, '.') = 0 or a.event = $4)
    and case
      when $5::text is null then $6::uuid is null or a.entity_id = $6
      when $5 = 'job' then split_part(a.event, '.', 1) = 'job' and ($6 is null or a.job_id = $6)
      else a.entity_type = $5 and ($6 is null or a.entity_id = $6)
    end
    and ($7::text is null or a.entity_name = $7)
    and ($8::uuid is null or a.org_id = $8)
    and (not $9::boolean or exists (select from act_reason r where r.activity_id = a.id))
    and ($10::timestamptz is null or a.created_at >= $10)
    and ($11::timestamptz is null or a.created_at < $11)
    and ($12::text is null or a.id > (select max(id) from activity) - $14::bigint)
    and (
      $12 is null
      or said(a.message, a.entity_type, a.entity_id) ilike '%' || $12 || '%'
      or exists (select from act_reason r where r.activity_id = a.id and r.reason ilike '%' || $12 || '%')
    )
  order by a.id desc
  limit $13
) a
left join app_user u on u.id = a.actor_id
left join app_user i on i.id = a.impersonator_id
left join act_reason r on r.activity_id = a.id
left join org o on o.id = a.org_id
left join vps v on a.entity_type = 'vps' and v.id = a.entity_id
left join cloud c on a.entity_type = 'cloud' and c.id = a.entity_id
left join plan p on a.entity_type = 'plan' and p.id = a.entity_id
left join org e on a.entity_type = 'org' and e.id = a.entity_id
left join app_user w on a.entity_type = 'user' and w.id = a.entity_id
order by a.id desc
