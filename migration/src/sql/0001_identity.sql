create table app_user (
  id uuid primary key,
  email text not null check (email = lower(email) and length(email) <= 254),
  password_hash text not null,
  name text not null check (length(name) between 1 and 100),
  role text not null check (role in ('admin', 'user', 'readonly')),
  token_epoch int not null default 0,
  epoch_changed_at timestamptz not null,
  created_at timestamptz not null,
  deleted_at timestamptz
);
create unique index app_user_email on app_user (email) where deleted_at is null;
create index app_user_epoch on app_user (epoch_changed_at) where token_epoch > 0;

create table org (
  id uuid primary key,
  name text not null check (length(name) between 1 and 100),
  vps_quota int not null check (vps_quota >= 0),
  created_at timestamptz not null,
  deleted_at timestamptz
);

create table org_member (
  org_id uuid not null references org,
  user_id uuid not null references app_user,
  created_at timestamptz not null,
  primary key (org_id, user_id)
);
create index org_member_user on org_member (user_id);

-- A sign-in: the family of refresh tokens that descend from it.
create table session (
  id uuid primary key,
  user_id uuid not null references app_user,
  org_id uuid not null references org,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  revoked_at timestamptz,
  ip inet,
  user_agent text check (length(user_agent) <= 400)
);
create index session_user_id on session (user_id) where revoked_at is null;

create table refresh_token (
  hash bytea primary key,
  session_id uuid not null references session on delete cascade,
  created_at timestamptz not null,
  used_at timestamptz,
  successor bytea
);
create index refresh_token_session on refresh_token (session_id);

create table idempotency_key (
  principal_id uuid not null,
  key text not null check (length(key) between 8 and 255),
  route text not null,
  request_mac bytea not null,
  status smallint,
  body jsonb,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  primary key (principal_id, key)
);
create index idempotency_key_expiry on idempotency_key (expires_at);
