-- One noun, one name: a connected account of a supplier is a cloud, and a kind of supplier is a provider. The version
-- before cannot run on this schema: it was never released (docs/adr/0010).

alter table provider_account rename to cloud;
alter table cloud rename column kind to provider;
alter table cloud rename column account_email to email;
alter table cloud rename constraint provider_account_pkey to cloud_pkey;
alter table cloud_type rename column provider_account_id to cloud_id;
alter table cloud_region rename column provider_account_id to cloud_id;
alter table cloud_image rename column provider_account_id to cloud_id;
alter table plan rename column provider_account_id to cloud_id;
alter table vps rename column provider_account_id to cloud_id;
alter table job rename column provider_account_id to cloud_id;
alter table job_archive rename column provider_account_id to cloud_id;
alter table job_stat rename column provider_account_id to cloud_id;
alter table provider_budget rename to cloud_budget;
alter table cloud_budget rename column provider_account_id to cloud_id;
alter table cloud_sight rename column provider_account_id to cloud_id;
alter table cloud_finding rename column provider_account_id to cloud_id;
alter table queue_control rename column account_running to cloud_running;

-- Kinds of jobs and schedules carry the same name as what they work on.
create temporary table renamed (old text primary key, new text not null) on commit drop;
insert into renamed values
  ('provider.validate', 'cloud.validate'),
  ('catalog.sync', 'cloud.sync'),
  ('provider.watch', 'cloud.watch'),
  ('provider.reconcile', 'cloud.reconcile');
update job set
  kind = coalesce((select new from renamed where old = kind), kind),
  params = case when params ? 'account' then params - 'account' || jsonb_build_object('cloud', params -> 'account') else params end,
  target_type = case when target_type = 'provider_account' then 'cloud' else target_type end
where kind in (select old from renamed) or target_type = 'provider_account';
update job_archive set
  kind = coalesce((select new from renamed where old = kind), kind),
  params = case when params ? 'account' then params - 'account' || jsonb_build_object('cloud', params -> 'account') else params end,
  target_type = case when target_type = 'provider_account' then 'cloud' else target_type end
where kind in (select old from renamed) or target_type = 'provider_account';
update job_stat set kind = (select new from renamed where old = kind) where kind in (select old from renamed);
alter table schedule_tick drop constraint schedule_tick_name_fkey;
update schedule set name = 'cloud.reconcile', job_kind = 'cloud.reconcile' where name = 'provider.reconcile';
update schedule_tick set name = 'cloud.reconcile' where name = 'provider.reconcile';
alter table schedule_tick add constraint schedule_tick_name_fkey foreign key (name) references schedule;

-- Columns that nothing reads.
alter table cloud drop column looked_at;
alter table cloud_sight drop column seen_at, drop column vps_id;
alter table vps drop column generation;
