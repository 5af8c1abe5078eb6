-- Ended mails leave for the archive, and their figures for good within eight days: any of the three tells.
select
  exists (select from cloud where deleted_at is null and status = 'valid' and synced_at is not null) as cloud,
  exists (
    select from plan p join cloud c on c.id = p.cloud_id and c.deleted_at is null
    where p.deleted_at is null and p.active
  ) as plans,
  exists (select from app_user where role <> 'admin' and deleted_at is null) as customer,
  coalesce(last.state = 'succeeded', false)
    or (last.state is null and exists (select from job_stat where kind = 'mail.send' and done > 0)) as mail,
  exists (select from setup_mark where name = 'backups') as backups,
  exists (select from setup_mark where name = 'hidden') as hidden,
  exists (
    select from job_takeable where kind = 'mail.send' and params->>'mail' = 'test'
  ) or exists (
    select from job where state = 'running' and kind = 'mail.send' and params->>'mail' = 'test'
  ) as mail_sending
from (select 1) one
left join lateral (
  select state from job
  where kind = 'mail.send' and state in ('succeeded', 'failed')
  order by id desc
  limit 1
) last on true
