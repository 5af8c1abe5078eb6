-- provider_account_id and plan_id have no foreign key: every order would lock the same two rows, and
-- orders at the same time would spend their time on that. Those rows are never deleted instead: the
-- app role may not (0001_grants.sql), and removal in the product is a mark.
create table vps (
  id uuid primary key,
  org_id uuid not null references org,
  provider_account_id uuid not null,
  provider_label text not null,
  provider_ref text,
  label text not null check (length(label) between 3 and 64),
  status text not null,
  desired text not null,
  generation bigint not null default 1,
  plan_id uuid not null,
  plan_name text not null,
  type_id text not null,
  vcpus int not null,
  memory_mib int not null,
  disk_gib int not null,
  transfer_gb int not null,
  month_micros bigint not null check (month_micros between 0 and 100000000000),
  cost_month_micros bigint not null check (cost_month_micros >= 0),
  hours_per_month int not null default 730 check (hours_per_month > 0),
  region_id text not null,
  image_id text not null,
  ssh_public_key text check (length(ssh_public_key) <= 8192),
  ipv4 text,
  ipv6 text,
  failure text,
  created_by uuid,
  created_at timestamptz not null,
  started_at timestamptz,
  last_seen_at timestamptz,
  deleted_at timestamptz,
  unique (provider_account_id, provider_label)
);
create unique index vps_label on vps (org_id, lower(label)) where deleted_at is null;
create unique index vps_ref on vps (provider_account_id, provider_ref) where provider_ref is not null;
create index vps_org on vps (org_id, id desc) where deleted_at is null;
create index vps_plan on vps (plan_id);

-- The root password until the server has it: removed on success, and with a failed order once it
-- can no longer be taken up again.
create table vps_secret (
  vps_id uuid primary key references vps,
  org_id uuid not null,
  sealed bytea not null,
  created_at timestamptz not null
);
