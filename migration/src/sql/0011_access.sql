-- Several people, several organisations: what a person may do is said for each organisation, and the organisation goes
-- with each request instead of with the session (docs/adr/0025).

-- Each member of before had an organisation of their own.
alter table org_member
  add column role text not null default 'owner' check (role in ('owner', 'admin', 'member', 'billing', 'readonly')),
  add column invited_by uuid references app_user;
alter table org_member alter column role drop default;
-- The last owner can't leave: they are counted under the organisation's lock.
create index org_member_owner on org_member (org_id) where role = 'owner';

alter table app_user
  add column email_verified_at timestamptz,
  add column disabled_at timestamptz,
  add column locale text not null default 'en' check (length(locale) between 2 and 35),
  add column time_zone text not null default 'UTC' check (length(time_zone) between 1 and 64);

alter table session
  drop column org_id,
  -- How the person proved who they are (RFC 8176), and when they last did so with all that they have enrolled.
  add column amr text[] not null default '{pwd}',
  add column verified_at timestamptz,
  add column seen_at timestamptz,
  -- An administrator in the user's place.
  add column impersonator_id uuid references app_user,
  add column impersonation_id uuid,
  add constraint session_impersonation check ((impersonator_id is null) = (impersonation_id is null));
update session set seen_at = created_at;
alter table session alter column seen_at set not null, alter column amr drop default;

-- The same key may be used for two organisations: their answers are not each other's.
alter table idempotency_key
  add column org_id uuid not null default '00000000-0000-0000-0000-000000000000',
  drop constraint idempotency_key_pkey,
  add primary key (principal_id, org_id, key);
alter table idempotency_key alter column org_id drop default;
