with ours as (
  select id, cancel_requested
  from job
  where id = any($1::uuid[])
    and lease_token = ($2::bigint[])[array_position($1, id)]
    and lease_until is not null
), free as (
  select id
  from job
  where id = any(array(select id from ours)) and lease_until is not null
  order by id
  for update skip locked
), beaten as (
  update job set lease_until = now() + make_interval(secs => $3)
  where id = any(array(select id from free))
)
select id, cancel_requested from ours
