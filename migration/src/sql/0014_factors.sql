-- Second factors: authenticator apps, recovery codes, passkeys (docs/adr/0028).

-- The app of a user. Steps that told of a clock are named in `burnt`, so that their codes open nothing later.
create table totp (
  user_id uuid primary key references app_user,
  secret_sealed bytea not null,
  confirmed_at timestamptz not null,
  last_step bigint not null,
  burnt bigint[] not null default '{}',
  last_used_at timestamptz
);

-- Codes of 120 bits, so their hashes need no salt.
create table recovery_code (
  user_id uuid not null references app_user,
  hash bytea not null,
  created_at timestamptz not null,
  used_at timestamptz,
  primary key (user_id, hash)
);

create table passkey (
  id uuid primary key,
  user_id uuid not null references app_user,
  -- The device's own id of it.
  cred_id bytea not null,
  -- The public key, its counter and what else the library keeps.
  data jsonb not null,
  transports text[] not null,
  -- The host that it was made for: it works at no other.
  rp_id text not null check (length(rp_id) between 1 and 253),
  name text not null check (length(name) between 1 and 100),
  created_at timestamptz not null,
  last_used_at timestamptz
);
create unique index passkey_cred_id on passkey (cred_id);
create index passkey_user on passkey (user_id, id);

-- What was asked and must still be answered. It opens nothing by itself.
create table challenge (
  id uuid primary key,
  kind text not null check (kind in ('sign_in', 'passkey', 'step_up', 'totp_setup', 'passkey_setup')),
  user_id uuid references app_user,
  -- Where a user is signed in: no other session may answer.
  session_id uuid references session on delete cascade,
  -- The sign-in by password that a passkey completes.
  parent_id uuid references challenge on delete cascade,
  state jsonb,
  secret_sealed bytea,
  tries int not null default 0,
  created_at timestamptz not null,
  expires_at timestamptz not null
);
create index challenge_expiry on challenge (expires_at);
create index challenge_session on challenge (session_id) where session_id is not null;
create index challenge_parent on challenge (parent_id) where parent_id is not null;

-- Wrong codes of a user within a day.
create table factor_guess (
  user_id uuid primary key references app_user,
  since timestamptz not null,
  failed int not null check (failed >= 0)
);

-- A reset that an administrator asked for and that waits, so that the user hears of it first. The reason is free text:
-- the row goes when the reset is done or cancelled.
create table factor_reset (
  user_id uuid primary key references app_user,
  requested_by uuid references app_user,
  reason text not null check (length(reason) between 1 and 500),
  requested_at timestamptz not null,
  due_at timestamptz not null
);
create index factor_reset_due on factor_reset (due_at);

alter table security_event
  drop constraint security_event_kind_check,
  add constraint security_event_kind_check check (kind in (
    'sign_in_failed', 'limit_hit', 'role_refused', 'origin_refused', 'token_reused',
    'code_refused', 'passkey_refused', 'passkey_copied'
  ));

-- Administrators were made by the operator, who vouches for their addresses: without that they could add no factor.
update app_user set email_verified_at = created_at where role = 'admin' and email_verified_at is null;
