update session set successor_sealed = null, successor_until = null
where id = any(array(
  select id from session
  where successor_sealed is not null and successor_until < business_now()
  limit 1000
  for update skip locked
))
