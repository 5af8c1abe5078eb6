-- Organisations that people make and share: what they say of themselves, who is invited, how much they may have.

alter table org
  -- Who made it: nobody makes more than a few.
  add column created_by uuid references app_user,
  -- Beside `vps_quota`: an order, an acceptance or a key beyond one of these is refused.
  add column vcpu_quota int not null default 100 check (vcpu_quota >= 0),
  add column memory_quota_mib int not null default 524288 check (memory_quota_mib >= 0),
  add column storage_quota_gib int not null default 10240 check (storage_quota_gib >= 0),
  add column member_quota int not null default 25 check (member_quota between 1 and 1000),
  add column key_quota int not null default 50 check (key_quota between 0 and 1000);
create index org_created_by on org (created_by) where deleted_at is null;
update org o set created_by = (
  select m.user_id from org_member m where m.org_id = o.id order by m.created_at, m.user_id limit 1
);
-- Organisations that were allowed more servers than usual must be able to have them.
update org set
  vcpu_quota = greatest(vcpu_quota, least(vps_quota::bigint * 10, 2000000000)),
  memory_quota_mib = greatest(memory_quota_mib, least(vps_quota::bigint * 52429, 2000000000)),
  storage_quota_gib = greatest(storage_quota_gib, least(vps_quota::bigint * 1024, 2000000000))
where vps_quota > 10;

-- Personal data, which can be erased: nothing else holds a copy until an invoice freezes one.
create table org_profile (
  org_id uuid primary key references org,
  website text check (length(website) between 1 and 200),
  address_lines text check (length(address_lines) between 1 and 300),
  city text check (length(city) between 1 and 100),
  postcode text check (length(postcode) between 1 and 20),
  country text check (country = upper(country) and length(country) = 2),
  tax_id text check (length(tax_id) between 1 and 40),
  billing_name text check (length(billing_name) between 1 and 100),
  billing_email text check (billing_email = lower(billing_email) and length(billing_email) <= 254),
  updated_at timestamptz not null
);

create table invitation (
  id uuid primary key,
  org_id uuid not null references org,
  email text not null check (email = lower(email) and length(email) <= 254),
  role text not null check (role in ('owner', 'admin', 'member', 'billing', 'readonly')),
  -- SHA-256 of the token; the token itself, sealed, until its mail was sent.
  token_hash bytea not null unique,
  sealed bytea,
  invited_by uuid not null references app_user,
  state text not null check (state in ('pending', 'accepted', 'declined', 'revoked', 'expired')),
  created_at timestamptz not null,
  expires_at timestamptz not null,
  ended_at timestamptz,
  accepted_by uuid references app_user,
  constraint invitation_ended check ((state = 'pending') = (ended_at is null)),
  constraint invitation_accepted check ((state = 'accepted') = (accepted_by is not null)),
  constraint invitation_sealed check (sealed is null or state = 'pending')
);
-- One invitation of an address at a time.
create unique index invitation_pending on invitation (org_id, email) where state = 'pending';
create index invitation_email on invitation (email, created_at);
create index invitation_expiry on invitation (expires_at) where state = 'pending';
