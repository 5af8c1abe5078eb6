with held as (
  update job set step = greatest(step, $9)
  where id = $1 and lease_token = $2 and state = 'running'
  returning id
), told as (
  insert into job_step (job_id, step, lease_token, phase, name, words, external_ref, detail)
  select id, $3, $2, $4, $5, $6, $7, $8
  from held
  on conflict do nothing
)
select count(*) from held
