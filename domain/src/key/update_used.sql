-- At most once a minute a key, however many processes say so.
update api_key k
set last_used_at = used.at, last_ip = coalesce(nullif(used.ip, '')::inet, k.last_ip)
from unnest($1::uuid[], $2::timestamptz[], $3::text[]) as used (id, at, ip)
where k.id = used.id and (k.last_used_at is null or k.last_used_at <= used.at - interval '1 minute')
