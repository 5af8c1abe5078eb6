-- Whose machine is it? A machine is known by the provider's id, an account by the provider's id of it, and the database
-- itself by marks that are also kept outside it (docs/adr/0017).

alter table cloud
  -- The provider's own id of the account, since the first validation; and another one that a token showed since.
  add column account_id text check (length(account_id) <= 100),
  add column account_seen text check (length(account_seen) <= 100),
  -- The token is a new one that no validation has accepted yet.
  add column token_unchecked boolean not null default false,
  -- The mark that Redis and some machines at the provider carry too, and the one that follows it while it is changed.
  add column epoch uuid,
  add column epoch_next uuid,
  -- Which database wrote it, when, and which machines carry it.
  add column epoch_place text,
  add column epoch_at timestamptz,
  add column epoch_bearers text[] not null default '{}',
  -- The marks before it: a machine that was not listed for a while still carries one.
  add column epoch_past uuid[] not null default '{}',
  -- Why the marks do not fit, as the last comparison saw it; and whether an administrator trusts this database anyway.
  add column epoch_held text,
  add column epoch_trusted boolean not null default false;

alter table cloud_finding
  drop constraint cloud_finding_kind_check,
  add constraint cloud_finding_kind_check check (kind in ('orphan', 'missing', 'renamed', 'untagged')),
  -- For what it costs and how old it is.
  add column type_id text,
  add column made_at timestamptz,
  -- Why nothing is done about it without an administrator, and the one who allowed it.
  add column held text check (held in ('account', 'epoch', 'newer', 'too_many')),
  add column released_at timestamptz,
  add column released_by uuid;

-- Which database this is: a copy, a restored dump and a server that was set back or promoted are other ones. A table's
-- number changes where a dump is loaded over the tables of before.
create function database_place() returns text language sql stable as $$
  select concat_ws('/', s.system_identifier, c.timeline_id, d.oid, 'public.cloud'::regclass::oid)
  from pg_control_system() s, pg_control_checkpoint() c, pg_database d
  where d.datname = current_database()
$$;
