-- Administrators in customers' places, and why people did what they did (docs/adr/0031).

-- An administrator's stay in a user's place. It hangs on their own session, which stays and to which they return.
create table impersonation (
  id uuid primary key,
  admin_id uuid not null references app_user,
  user_id uuid not null references app_user,
  -- The administrator's own session, and their epoch then: the stay ends with either.
  parent_id uuid not null references session,
  admin_epoch int not null,
  -- The only organisation that they see; all of the user's when none is named.
  org_id uuid references org,
  writes boolean not null,
  -- Free text, so that it may be erased.
  reason text check (length(reason) between 1 and 500),
  began_at timestamptz not null,
  until_at timestamptz not null,
  ended_at timestamptz,
  -- When they went back to their own session: a second time it opens nothing.
  returned_at timestamptz,
  constraint impersonation_other check (admin_id <> user_id),
  constraint impersonation_short check (until_at > began_at and until_at <= began_at + interval '30 minutes')
);
create index impersonation_user on impersonation (user_id, id desc);
create index impersonation_open on impersonation (admin_id) where ended_at is null;
alter table session
  add constraint session_impersonation_id foreign key (impersonation_id) references impersonation;
create index session_impersonation_of on session (impersonation_id) where impersonation_id is not null;

-- Why, as people say it: `activity` may not change, so what may have to be erased stands beside it.
create table act_reason (
  activity_id bigint primary key references activity,
  reason text not null check (length(reason) between 1 and 500)
);

-- Administrators look for users by address, name and state.
create index app_user_created on app_user (id desc) where deleted_at is null;

-- The panel may take the administrator's role away, and choose between the other two. Giving it stays with the
-- operator (docs/adr/0021).
drop trigger app_user_role_kept on app_user;
create trigger app_user_role_kept before update of role on app_user for each row
  when (new.role is distinct from old.role and new.role = 'admin') execute function keep_role();
