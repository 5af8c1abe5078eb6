-- Two roles: the owner runs migrations, members of skypanel_app run the product.
do $$ begin
  if not exists (select from pg_roles where rolname = 'skypanel_app') then
    create role skypanel_app nologin;
  end if;
exception when duplicate_object or unique_violation then null; -- another database of this cluster was faster
end $$;
create extension if not exists btree_gist;

-- What is true of the installation as a whole: one row.
create table platform (
  one boolean primary key default true check (one),
  install_id uuid not null default gen_random_uuid()
);
insert into platform default values;

-- Moves business time; has a row only outside production.
create table clock_offset (
  one boolean primary key default true check (one),
  ahead interval not null
);

-- Business time: PostgreSQL's clock plus the offset. Leases and beats never use it.
create function business_now() returns timestamptz language sql stable parallel safe as
  $$ select clock_timestamp() + coalesce((select ahead from public.clock_offset), interval '0') $$;
