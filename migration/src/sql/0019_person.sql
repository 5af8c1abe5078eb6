-- A person's own data: what was asked to be exported or erased (docs/adr/0033). Free text leaves what never changes.

alter table app_user
  -- When nothing of the person was left but the id.
  add column erased_at timestamptz;
-- The person with whom an organisation ended, because nobody else was in it: what it said of itself goes with them.
alter table org add column closed_with uuid references app_user;
create index org_closed_with on org (closed_with) where closed_with is not null;

-- The record of a stay outlives the session that it hung on: that goes a day after its end, with its address.
alter table impersonation drop constraint impersonation_parent_id_fkey;

-- A copy of all that is held about a person, sealed, for a day.
create table data_export (
  id uuid primary key,
  user_id uuid not null references app_user,
  job_id uuid not null,
  created_at timestamptz not null,
  ready_at timestamptz,
  expires_at timestamptz,
  sealed bytea check (length(sealed) <= 33554432),
  bytes int check (bytes > 0),
  constraint data_export_ready check ((ready_at is null) = (expires_at is null)),
  constraint data_export_sealed check (sealed is null or ready_at is not null)
);
create index data_export_user on data_export (user_id, created_at);
create index data_export_expiry on data_export (expires_at) where sealed is not null;

-- A person who is erased, once. The address is kept sealed until the mail that says so was sent.
create table erasure (
  id uuid primary key,
  user_id uuid not null unique references app_user,
  -- The administrator who did it on request; none for the person themself and for the operator.
  asked_by uuid references app_user,
  job_id uuid not null,
  created_at timestamptz not null,
  done_at timestamptz,
  email_sealed bytea
);
create index erasure_sealed on erasure (done_at) where email_sealed is not null;
revoke delete, truncate on erasure from skypanel_app;

-- Why an administrator moved money: a journal may not change, so what may have to be erased stands beside it.
create table journal_reason (
  journal_id bigint primary key references journal,
  reason text not null check (length(reason) between 1 and 500)
);

-- What an event says: `{name}` in it stands for the name, as it is now, of what it happened to.
create function said(message text, noun text, id uuid) returns text language sql stable as $$
  select case
    when strpos(message, '{name}') = 0 then message
    else replace(message, '{name}', coalesce(
      case noun
        when 'vps' then (select v.label from public.vps v where v.id = said.id)
        when 'key' then (select k.name from public.api_key k where k.id = said.id)
      end,
      'something'))
  end
$$;

-- What was written before: names, reasons and networks leave the two tables that refuse changes.
alter table activity disable trigger activity_append_only;
insert into act_reason (activity_id, reason)
select id, left(metadata->>'reason', 500) from activity where metadata->>'reason' <> ''
on conflict do nothing;
update activity a
set
  message = case
    when a.event = 'billing.credit' then regexp_replace(a.message, '( added): .*$', '\1')
    when a.event = 'vps.rename' then '{name} was renamed'
    when a.event = 'vps.tags' then 'The tags of {name} were changed'
    else a.message
  end,
  metadata = a.metadata - 'reason' - 'ip_allow'
where a.event in ('billing.credit', 'vps.rename', 'vps.tags') or a.metadata ?| array['reason', 'ip_allow'];
update activity a
set message = replace(a.message, v.label, '{name}')
from vps v
where a.entity_type = 'vps' and v.id = a.entity_id and strpos(a.message, '{name}') = 0
  and strpos(a.message, v.label) > 0;
update activity a
set message = replace(a.message, k.name, '{name}')
from api_key k
where a.entity_type = 'key' and k.id = a.entity_id and strpos(a.message, '{name}') = 0
  and strpos(a.message, k.name) > 0;
-- A server that had another name then: what happened is said by the event alone.
update activity
set message = '{name}: ' || replace(split_part(event, '.', 2), '_', ' ')
where entity_type = 'vps' and event like 'vps.%' and strpos(message, '{name}') = 0;
alter table activity enable trigger activity_append_only;
drop index activity_reason;

alter table journal disable trigger journal_append_only;
insert into journal_reason (journal_id, reason)
select id, left(meta->>'reason', 500) from journal where meta->>'reason' <> '';
update journal set meta = meta - 'reason' - 'label' where meta ?| array['reason', 'label'];
alter table journal enable trigger journal_append_only;
