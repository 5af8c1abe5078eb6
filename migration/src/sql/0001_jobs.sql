create table job (
  id uuid primary key,
  org_id uuid,
  actor_id uuid,
  impersonator_id uuid,
  kind text not null,
  queue text not null,
  priority smallint not null default 5,
  target_type text,
  target_id uuid,
  exclusive_key text,
  params jsonb not null default '{}',
  state text not null default 'queued'
    check (state in ('queued', 'running', 'waiting', 'retry', 'succeeded', 'failed', 'cancelled', 'stuck')),
  step smallint not null default 0,
  step_data jsonb not null default '{}',
  progress jsonb,
  attempts int not null default 0,
  max_attempts int not null,
  crashes int not null default 0,
  run_at timestamptz not null default now(),
  deadline_at timestamptz not null,
  dispatch int not null default 0,
  dispatched_at timestamptz,
  lease_token bigint not null default 0,
  lease_owner text,
  lease_until timestamptz,
  cancel_requested boolean not null default false,
  result jsonb,
  error_code text,
  error jsonb,
  retry_of uuid,
  traceparent text,
  created_at timestamptz not null default now(),
  finished_at timestamptz,
  check ((state = 'running') = (lease_until is not null)),
  check ((state in ('succeeded', 'failed', 'cancelled')) = (finished_at is not null)),
  check ((target_type is null) = (target_id is null))
) with (fillfactor = 70);
create unique index job_exclusive on job (exclusive_key) where state in ('queued', 'running', 'waiting', 'retry', 'stuck');
create index job_due on job (queue, org_id, priority, run_at, id) where state in ('queued', 'waiting', 'retry');
create index job_lease on job (lease_until) where state = 'running';
create index job_target on job (target_type, target_id, id desc);
create index job_org on job (org_id, id desc);
create index job_attention on job (state, id desc) where state in ('failed', 'stuck', 'retry');
-- One take-up for each failed job.
create unique index job_retry_of on job (retry_of) where retry_of is not null;

create table job_step (
  job_id uuid not null,
  step smallint not null,
  lease_token bigint not null,
  phase text not null check (phase in ('intent', 'done', 'failed', 'undone')),
  name text not null,
  words text,
  external_ref text,
  detail jsonb,
  at timestamptz not null default clock_timestamp(),
  primary key (job_id, step, lease_token, phase)
);

create table queue_control (
  queue text primary key,
  paused boolean not null default false,
  ring_window int not null default 1000 check (ring_window between 1 and 2000),
  per_org int not null default 5 check (per_org > 0)
);
insert into queue_control (queue, per_org) values ('provision', 5), ('power', 5), ('billing', 100), ('mail', 50);

create table schedule (
  name text primary key,
  cron text not null,
  paused boolean not null default false,
  catch_up interval not null,
  last_tick timestamptz not null
);

create table schedule_tick (
  name text not null references schedule,
  tick_at timestamptz not null,
  job_id uuid,
  created_at timestamptz not null default now(),
  primary key (name, tick_at)
);

create table activity (
  id bigint generated always as identity primary key,
  org_id uuid,
  actor_id uuid,
  impersonator_id uuid,
  event text not null,
  status text not null check (status in ('info', 'success', 'warning', 'error')),
  entity_type text,
  entity_id uuid,
  job_id uuid,
  message text not null,
  metadata jsonb not null default '{}',
  created_at timestamptz not null default now()
);
create index activity_org on activity (org_id, id desc);
create index activity_entity on activity (entity_type, entity_id, id desc);
