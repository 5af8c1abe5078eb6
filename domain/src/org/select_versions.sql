-- What an organisation said of itself, with what differs from before, until when it held, and how many documents froze
-- it. Who said it is told of members and of those who were erased; to administrators ($4), of everybody.
select
  p.id, p.changed_at, later.changed_at as until,
  p.profile->>'website' as website, p.profile->>'address_lines' as address_lines, p.profile->>'city' as city,
  p.profile->>'postcode' as postcode, p.profile->>'country' as country, p.profile->>'tax_id' as tax_id,
  p.profile->>'billing_name' as billing_name, p.profile->>'billing_email' as billing_email,
  array(
    select coalesce(n.key, o.key)
    from jsonb_each(p.profile) n
    full join jsonb_each(coalesce(before.profile, '{}')) o on o.key = n.key
    where n.value is distinct from o.value
    order by 1
  ) as changed,
  u.id as changed_by, u.name as changed_by_name,
  (
    select count(*)
    from invoice i
    where i.org_id = p.org_id
      and i.issued_at >= p.changed_at
      and (later.changed_at is null or i.issued_at < later.changed_at)
  ) as documents
from billing_profile p
left join lateral (
  select b.profile from billing_profile b where b.org_id = p.org_id and b.id < p.id order by b.id desc limit 1
) before on true
left join lateral (
  select l.changed_at from billing_profile l where l.org_id = p.org_id and l.id > p.id order by l.id limit 1
) later on true
left join org_member m on m.org_id = p.org_id and m.user_id = p.changed_by
left join app_user u on u.id = p.changed_by and ($4 or m.user_id is not null or u.erased_at is not null)
where p.org_id = $1 and ($2::bigint is null or p.id < $2)
order by p.id desc
limit $3
