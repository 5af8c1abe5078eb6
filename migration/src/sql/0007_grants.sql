-- What the application never does is not its role's to do: a statement smuggled into it can then not do it either.
-- Development grants some of it again, so that tests can move time and create administrators (`Freedom` in `lib.rs`).

-- Which versions were applied is the owner's to write.
revoke insert, update, delete, truncate on seaql_migrations from skypanel_app;

-- Nor is the hour that is charged for.
revoke insert, update, delete, truncate on clock_offset from skypanel_app;

-- The archive grows by whole rows, and shrinks by whole months through `archive_drop`.
revoke update, delete, truncate on job_archive, job_step_archive from skypanel_app;
do $$
declare
  part regclass;
begin
  for part in
    select inhrelid::regclass from pg_inherits
    where inhparent in ('job_archive'::regclass, 'job_step_archive'::regclass)
  loop
    -- Rows reach a month through the table above it, which needs no right on the month.
    execute format('revoke all on %s from skypanel_app', part);
  end loop;
end $$;
create or replace function archive_prepare(month timestamptz) returns void language plpgsql security definer
set search_path = public, pg_temp as $$
declare
  first timestamptz := date_trunc('month', month, 'UTC');
  name text := to_char(first at time zone 'UTC', 'YYYYMM');
begin
  perform pg_advisory_xact_lock(hashtext('archive_prepare'));
  execute format('create table if not exists job_archive_%s partition of job_archive for values from (%L) to (%L)',
    name, first, first + interval '1 month');
  execute format('create table if not exists job_step_archive_%s partition of job_step_archive '
    'for values from (%L) to (%L)', name, first, first + interval '1 month');
  execute format('revoke all on job_archive_%1$s, job_step_archive_%1$s from skypanel_app', name);
end $$;
-- Three months stay whatever is asked: KEEP_ARCHIVE_MONTHS has the same floor.
create or replace function archive_drop(before timestamptz) returns int language plpgsql security definer
set search_path = public, pg_temp as $$
declare
  found record;
  dropped int := 0;
begin
  if before is null or before > now() - interval '3 months' then
    raise exception 'the archive keeps at least three months' using errcode = 'check_violation';
  end if;
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

-- Who is an administrator is decided by the operator, with the owner's password: `skypanel admin`. The right to call
-- this function is the right to decide it; it does nothing.
create function may_choose_roles() returns void language sql as $$ $$;
revoke execute on function may_choose_roles() from public;
create function keep_role() returns trigger language plpgsql as $$
begin
  if not has_function_privilege(current_user, 'public.may_choose_roles()', 'execute') then
    raise exception 'this role of the database may not choose who is an administrator: use the owner''s'
      using errcode = 'insufficient_privilege';
  end if;
  return new;
end $$;
create trigger app_user_role_given before insert on app_user for each row
  when (new.role = 'admin') execute function keep_role();
create trigger app_user_role_kept before update of role on app_user for each row
  when (new.role is distinct from old.role) execute function keep_role();
