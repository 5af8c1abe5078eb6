insert into rate_override (user_id, max, window_s, reason, expires_at, set_by, set_at)
select $1, $2, $3, $4, $5, $6, $7
where (select count(*) from rate_override o where o.user_id <> $1) < $8
on conflict (user_id) do update
  set max = excluded.max, window_s = excluded.window_s, reason = excluded.reason,
    expires_at = excluded.expires_at, set_by = excluded.set_by, set_at = excluded.set_at
