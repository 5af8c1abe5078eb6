update api_key set warned_at = business_now()
where id in (
  select k.id from api_key k
  join org_member m on m.org_id = k.org_id and m.user_id = k.user_id
  where k.revoked_at is null and k.warned_at is null and k.successor_id is null
    and k.expires_at > business_now() and k.expires_at <= business_now() + interval '14 days'
    and k.created_at < k.expires_at - interval '15 days'
  order by k.expires_at
  limit $1
  for update of k skip locked
)
returning id, user_id
