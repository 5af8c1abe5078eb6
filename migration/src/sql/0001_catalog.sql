create table provider_account (
  id uuid primary key,
  kind text not null check (kind in ('linode')),
  name text not null check (length(name) between 1 and 100),
  endpoint text check (length(endpoint) <= 300),
  token_sealed bytea not null,
  token_hint text not null,
  status text not null check (status in ('pending', 'valid', 'invalid')),
  status_detail text,
  active boolean not null default true,
  account_email text,
  synced_at timestamptz,
  created_at timestamptz not null,
  deleted_at timestamptz
);

create table cloud_type (
  provider_account_id uuid not null references provider_account,
  id text not null,
  label text not null,
  class text not null,
  vcpus int not null,
  memory_mib int not null,
  disk_gib int not null,
  transfer_gb int not null,
  hour_micros bigint not null check (hour_micros >= 0),
  month_micros bigint not null check (month_micros >= 0),
  seen_at timestamptz not null,
  primary key (provider_account_id, id)
);

create table cloud_region (
  provider_account_id uuid not null references provider_account,
  id text not null,
  label text not null,
  country text not null,
  available boolean not null,
  seen_at timestamptz not null,
  primary key (provider_account_id, id)
);

create table cloud_image (
  provider_account_id uuid not null references provider_account,
  id text not null,
  -- What customers see and send: the id without the provider's name.
  slug text not null generated always as (regexp_replace(id, '^[^/]+/', '')) stored,
  label text not null,
  vendor text not null,
  deprecated boolean not null,
  min_disk_mib int not null,
  seen_at timestamptz not null,
  primary key (provider_account_id, id),
  unique (provider_account_id, slug)
);

-- What we sell. The provider's cost is read from cloud_type; the markup is an absolute amount a month.
-- The bound keeps month_micros * hours within 64 bits for ten thousand years of hours.
create table plan (
  id uuid primary key,
  provider_account_id uuid not null references provider_account,
  type_id text not null,
  name text not null check (length(name) between 1 and 100),
  markup_month_micros bigint not null check (markup_month_micros between 0 and 50000000000),
  active boolean not null default true,
  created_at timestamptz not null,
  deleted_at timestamptz
);
create unique index plan_name on plan (lower(name)) where deleted_at is null;
