-- What customers say of their servers for their own eyes: words to find them by, and notes. The version before neither
-- reads nor writes them.
alter table vps
  add column tags text[] not null default '{}' check (cardinality(tags) <= 10),
  add column notes text not null default '' check (length(notes) <= 2000);
create or replace view vps_live with (security_invoker = true) as
  select * from vps where deleted_at is null and status <> 'failed';
