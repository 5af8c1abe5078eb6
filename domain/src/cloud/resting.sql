-- What a job works on is right, whatever the list says: the job knows better. So is what a job ended on when the list
-- had been asked for ($3), give or take a second.
busy as (
  select target_id from job_open where target_type = 'vps'
),
resting as (
  select v.*
  from vps v
  where v.cloud_id = $1
    and v.status in ('running', 'stopped', 'lost')
    and v.provider_ref is not null
    and v.id not in (select target_id from busy)
    and not exists (
      select
      from job j
      where j.target_type = 'vps' and j.target_id = v.id and j.finished_at > $3::timestamptz - interval '1 second'
    )
),
