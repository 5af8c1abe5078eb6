-- Queues, schedules and workers have names instead of ids.
alter table activity add column entity_name text check (length(entity_name) <= 200);

-- The audit page reads the newest acts of one person, of one noun, on one thing, or with a reason. An order pays for
-- the first of these indexes alone: the others leave out what happens all the time, which is found without them.
create index activity_actor on activity (actor_id, id desc) where actor_id is not null;
create index activity_noun on activity (split_part(event, '.', 1), id desc)
where split_part(event, '.', 1) not in ('vps', 'billing', 'auth', 'job');
create index activity_name on activity (entity_type, entity_name, id desc) where entity_name is not null;
create index activity_job on activity (job_id, id desc) where split_part(event, '.', 1) = 'job';
create index activity_reason on activity (id desc) where metadata->>'reason' <> '';

-- What administrators write to each other about a customer, who never sees it.
create table org_note (
  id uuid primary key,
  org_id uuid not null references org,
  author_id uuid not null references app_user,
  body text not null check (length(body) between 1 and 4000),
  created_at timestamptz not null
);
create index org_note_org on org_note (org_id, id desc);

-- What an administrator ticked off in the set-up list, because no row of ours can tell.
create table setup_mark (
  name text primary key check (name in ('backups', 'hidden')),
  marked_by uuid references app_user,
  marked_at timestamptz not null
);

-- Administrators search servers by the start of an address, and customers by theirs.
create index vps_ipv4 on vps (ipv4 text_pattern_ops) where deleted_at is null;
create index vps_cloud on vps (cloud_id, id desc) where deleted_at is null;
create index vps_status on vps (status, id desc) where deleted_at is null;
create index vps_deleted on vps (deleted_at) where deleted_at is not null;
