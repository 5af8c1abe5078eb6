-- One noun, one name: a connected account of a supplier is a cloud, and a kind of supplier is a provider. The version
-- before cannot run on this schema: it was never released (docs/adr/0010).

alter table provider_account rename to cloud;
alter table cloud rename column kind to provider;
alter table cloud rename column account_email to email;
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

-- Constraints and their indexes keep the name that they were created under: they follow.
do $$
declare
  old record;
begin
  for old in
    select conrelid::regclass as place, conname as name from pg_constraint
    where connamespace = 'public'::regnamespace and coninhcount = 0
      and conname ~ 'provider_account|provider_budget|account_running'
  loop
    execute format('alter table %s rename constraint %I to %I', old.place, old.name,
      replace(replace(replace(replace(replace(old.name,
        'provider_account_kind', 'cloud_provider'),
        'provider_account_id', 'cloud_id'),
        'provider_account', 'cloud'),
        'provider_budget', 'cloud_budget'),
        'account_running', 'cloud_running'));
  end loop;
end $$;

-- Kinds of jobs and schedules carry the same name as what they work on.
create temporary table renamed (old text primary key, new text not null) on commit drop;
insert into renamed values
  ('provider.validate', 'cloud.validate'),
  ('catalog.sync', 'cloud.sync'),
  ('provider.watch', 'cloud.watch'),
  ('provider.reconcile', 'cloud.reconcile');
update job set
  kind = coalesce((select new from renamed where old = kind), kind),
  params = case
    when params ? 'account' then params - 'account' || jsonb_build_object('cloud', params -> 'account')
    else params end,
  target_type = case when target_type = 'provider_account' then 'cloud' else target_type end
where kind in (select old from renamed) or target_type = 'provider_account';
update job_archive set
  kind = coalesce((select new from renamed where old = kind), kind),
  params = case
    when params ? 'account' then params - 'account' || jsonb_build_object('cloud', params -> 'account')
    else params end,
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

-- What a cancelled deletion gives back.
alter table vps add column status_before_delete text;

-- Who paused a cloud: only a pause that the platform made ends by itself.
alter table cloud add column paused_by text check (paused_by in ('operator', 'platform'));
update cloud
set paused_by = case when paused_reason like 'The provider refused the token%' then 'platform' else 'operator' end
where paused_at is not null;
alter table cloud add constraint cloud_paused check ((paused_at is null) = (paused_by is null));

-- What a watch of a cloud saw of the machine that a job waits for: a column instead of a key among the steps' data.
alter table job add column news jsonb;
alter table job_archive add column news jsonb;
update job set news = step_data -> 'sight', step_data = step_data - 'sight'
where step_data ? 'sight' and state in ('queued', 'running', 'waiting', 'retry', 'stuck');

-- Which form a filter has that is stored for a bulk action: 1 is that of the version before.
alter table job_bulk add column version smallint not null default 1;

-- A step that was undone: no program ever wrote it.
update job_step set phase = 'failed' where phase = 'undone';
update job_step_archive set phase = 'failed' where phase = 'undone';
alter table job_step
  drop constraint job_step_phase_check,
  add constraint job_step_phase_check check (phase in ('intent', 'done', 'failed'));

-- Names for lists of states. A view adds nothing to a plan: the planner reads the table by the table's partial indexes.
-- Jobs may be changed through theirs, and a row that left the states meanwhile is left alone; servers are read only.
-- `select *` has the columns of today, so a version that adds one creates these again.
create view job_open with (security_invoker = true) as
  select * from job where state in ('queued', 'running', 'waiting', 'retry', 'stuck');
create view job_takeable with (security_invoker = true) as
  select * from job where state in ('queued', 'waiting', 'retry');
create view vps_live with (security_invoker = true) as
  select * from vps where deleted_at is null and status <> 'failed';
revoke all on job_open, job_takeable, vps_live from skypanel_app;
grant select, update on job_open, job_takeable to skypanel_app;
grant select on vps_live to skypanel_app;
