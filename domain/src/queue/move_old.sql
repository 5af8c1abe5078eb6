), gone as (
  delete from job
  using old
  where job.id = old.id
  returning job.*
), kept as (
  insert into job_archive select * from gone
), steps as (
  delete from job_step s
  using gone
  where s.job_id = gone.id
  returning s.*, gone.finished_at
), kept_steps as (
  insert into job_step_archive select * from steps
), calls as (
  delete from provider_call c
  using gone
  where c.job_id = gone.id
)
select (select count(*) from gone) as jobs, (select count(*) from steps) as steps
