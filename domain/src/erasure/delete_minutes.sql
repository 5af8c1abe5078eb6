-- Requests are counted by user, by key, and by address as `api` writes one: an IPv6 site is one sender.
delete from rate_minute
where key = $1::uuid::text
  or key in (select id::text from api_key where user_id = $1)
  or key in (
    select case family(ip) when 4 then host(ip) else network(set_masklen(ip, 64))::text end
    from (
      select ip from session where user_id = $1 and impersonator_id is null
      union select last_ip from api_key where user_id = $1
      union select ip from security_event where user_id = $1
    ) seen
    where ip is not null
  )
