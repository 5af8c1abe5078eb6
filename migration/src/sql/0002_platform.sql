-- The job platform: what operators steer and see.

alter table job
  -- The account at a provider that the job speaks to: it may be paused, and has limits of its own.
  add column provider_account_id uuid,
  add column started_at timestamptz,
  add column claimed_at timestamptz,
  add column run_ms bigint not null default 0,
  -- An operator has seen the failure and wants no more of it.
  add column discarded_at timestamptz;
-- A ring changes no indexed column: with room on its page it touches no index.
alter table job set (fillfactor = 85, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 0, autovacuum_analyze_scale_factor = 0.05);
-- The platform's own jobs, which are the most, have neither; each claim and each end would write them anew.
drop index job_target, job_org;
create index job_target on job (target_type, target_id, id desc) where target_id is not null;
create index job_org on job (org_id, id desc) where org_id is not null;
create index job_waiting on job (provider_account_id) where state = 'waiting';
create index job_later on job (run_at) where state in ('waiting', 'retry');
drop index job_attention;
create index job_attention on job (state, id desc) where state in ('failed', 'stuck', 'retry') and discarded_at is null;
update job set provider_account_id = v.provider_account_id from vps v where job.target_type = 'vps' and v.id = job.target_id;
update job set started_at = created_at where lease_token > 0;

-- per_org said how many jobs of one organisation are rung at a time; now it bounds those under way.
alter table queue_control rename column per_org to org_running;
alter table queue_control
  add column account_running int not null default 20 check (account_running > 0),
  add column paused_reason text,
  add column paused_at timestamptz;
update queue_control set org_running = 10 where queue in ('provision', 'power');
update queue_control set org_running = 200, account_running = 200 where queue in ('billing', 'mail');
insert into queue_control (queue, org_running) values ('upkeep', 10);
update job set queue = 'upkeep' where kind in ('provider.validate', 'catalog.sync', 'platform.tidy');

alter table provider_account
  -- When a look at all its machines last began.
  add column looked_at timestamptz,
  add column paused_reason text,
  add column paused_at timestamptz;

-- Token buckets, shared by all workers: one for each class of call that the provider limits.
create table provider_budget (
  provider_account_id uuid not null references provider_account,
  bucket text not null,
  capacity double precision not null check (capacity > 0),
  per_s double precision not null check (per_s > 0),
  tokens double precision not null,
  filled_at timestamptz not null default clock_timestamp(),
  blocked_until timestamptz,
  -- As the provider last said it.
  remaining int,
  -- Whether the last taker got a token.
  granted boolean not null default true,
  primary key (provider_account_id, bucket)
) with (fillfactor = 50);
create function level(b provider_budget, capacity double precision, per_s double precision) returns double precision language sql volatile as
  $$ select least(capacity, b.tokens + per_s * extract(epoch from clock_timestamp() - b.filled_at)) $$;

-- Machines with this installation's tag, as the last look at a provider showed them.
create table cloud_sight (
  provider_account_id uuid not null references provider_account,
  provider_ref text not null,
  label text not null,
  state text not null,
  vps_id uuid,
  ipv4 text,
  ipv6 text,
  made_at timestamptz,
  -- When it first looked like this, and when it was last seen.
  changed_at timestamptz not null default clock_timestamp(),
  seen_at timestamptz not null default clock_timestamp(),
  primary key (provider_account_id, provider_ref)
) with (fillfactor = 70);

-- What the sweep over a provider's machines found wrong, until it is settled.
create table cloud_finding (
  id uuid primary key,
  provider_account_id uuid not null references provider_account,
  kind text not null check (kind in ('orphan', 'missing')),
  provider_ref text not null,
  label text not null,
  vps_id uuid,
  looks int not null default 1,
  first_seen_at timestamptz not null default clock_timestamp(),
  last_seen_at timestamptz not null default clock_timestamp(),
  settled_at timestamptz,
  outcome text
);
create unique index cloud_finding_open on cloud_finding (provider_account_id, kind, provider_ref) where settled_at is null;

-- Requests that jobs made of providers: no secrets, no bodies.
create table provider_call (
  job_id uuid not null,
  lease_token bigint not null,
  n int not null,
  at timestamptz not null,
  method text not null,
  path text not null,
  status smallint,
  request_id text,
  duration_ms int not null,
  error text,
  primary key (job_id, lease_token, n)
);

-- What an operator asked to be done to many jobs at once; a job carries it out.
create table job_bulk (
  id uuid primary key,
  action text not null check (action in ('retry', 'cancel', 'discard')),
  filter jsonb not null,
  reason text not null,
  actor_id uuid,
  -- Jobs made later are not meant: the newest that was counted.
  up_to uuid not null,
  total int not null,
  done int not null default 0,
  refused int not null default 0,
  cursor uuid,
  created_at timestamptz not null
);

-- Figures for charts: one row a minute (kept a day) and an hour (kept eight days), a kind and an account. The arrays
-- count durations by class: bounds grow by the cube root of two from one millisecond.
create table job_stat (
  step_s int not null check (step_s in (60, 3600)),
  at timestamptz not null,
  kind text not null,
  queue text not null,
  provider_account_id uuid not null default '00000000-0000-0000-0000-000000000000',
  done int not null,
  failed int not null,
  retried int not null,
  waits int[] not null,
  runs int[] not null,
  primary key (step_s, at, kind, queue, provider_account_id)
) with (fillfactor = 50);
create function add_counts(a int[], b int[]) returns int[] language sql immutable parallel safe as
  $$ select array_agg(coalesce(x, 0) + coalesce(y, 0) order by n) from unnest(a, b) with ordinality u(x, y, n) $$;
create aggregate sum_counts(int[]) (sfunc = add_counts, stype = int[], initcond = '{}');

-- Every process that runs jobs.
create table worker (
  id text primary key,
  host text not null,
  pid int not null,
  version text not null,
  kinds text[] not null,
  queues jsonb not null,
  memory_bytes bigint not null,
  state text not null check (state in ('running', 'quiet', 'stopping')),
  wanted text not null default 'running' check (wanted in ('running', 'quiet', 'stopping')),
  started_at timestamptz not null default clock_timestamp(),
  seen_at timestamptz not null default clock_timestamp()
) with (fillfactor = 50);

alter table schedule
  add column next_tick timestamptz,
  add column job_kind text not null default '',
  add column paused_reason text;
alter table schedule_tick add column manual boolean not null default false;

-- Ended jobs and their steps, a partition a month. The columns are those of the tables they come from, and the
-- instant that decides the month.
create table job_archive (like job including defaults) partition by range (finished_at);
create index job_archive_id on job_archive (id);
create index job_archive_org on job_archive (org_id, id desc);
create table job_step_archive (like job_step including defaults, finished_at timestamptz not null) partition by range (finished_at);
create index job_step_archive_job on job_step_archive (job_id);

-- The app role owns no tables; these two do for it exactly what retention needs.
create function archive_prepare(month timestamptz) returns void language plpgsql security definer set search_path = public, pg_temp as $$
declare
  first timestamptz := date_trunc('month', month, 'UTC');
  name text := to_char(first at time zone 'UTC', 'YYYYMM');
begin
  perform pg_advisory_xact_lock(hashtext('archive_prepare'));
  execute format('create table if not exists job_archive_%s partition of job_archive for values from (%L) to (%L)', name, first, first + interval '1 month');
  execute format('create table if not exists job_step_archive_%s partition of job_step_archive for values from (%L) to (%L)', name, first, first + interval '1 month');
end $$;
create function archive_drop(before timestamptz) returns int language plpgsql security definer set search_path = public, pg_temp as $$
declare
  found record;
  dropped int := 0;
begin
  for found in
    select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent in ('job_archive'::regclass, 'job_step_archive'::regclass)
      and right(c.relname, 6) < to_char(date_trunc('month', before, 'UTC') at time zone 'UTC', 'YYYYMM')
  loop
    execute format('drop table %I', found.relname);
    dropped := dropped + 1;
  end loop;
  return dropped;
end $$;
revoke execute on function archive_prepare(timestamptz), archive_drop(timestamptz) from public;
grant execute on function archive_prepare(timestamptz), archive_drop(timestamptz) to skypanel_app;
