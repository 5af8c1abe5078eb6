-- Materialised, so that all rows have one time: else a group could fall into two.
with now as materialized (select business_now() as at)
-- An address that belongs to a user is kept as the user's id, any other as a keyed hash. Rows are taken in one order,
-- so that two processes never wait for each other.
insert into security_event (minute, kind, user_id, email_mac, ip, count, last_at)
select
  date_trunc('minute', now.at), e.kind, coalesce(asked.id, theirs.id),
  case when coalesce(asked.id, theirs.id) is null then decode(e.email_mac, 'hex') end, e.ip,
  least(sum(e.count), 2147483647)::int, now.at
from jsonb_to_recordset($1::jsonb) as e(kind text, user_id uuid, email text, email_mac text, ip inet, count int)
cross join now
left join app_user asked on asked.id = e.user_id
left join app_user theirs on theirs.email = e.email and theirs.deleted_at is null
group by 1, 2, 3, 4, 5, now.at
order by 2, 3, 4, 5
on conflict on constraint security_event_one do update
  set count = least(security_event.count::bigint + excluded.count, 2147483647)::int, last_at = excluded.last_at
