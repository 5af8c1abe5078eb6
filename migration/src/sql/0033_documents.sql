-- Who changed what invoices say of a customer, and which characters no font has.

alter table org_profile add column changed_by uuid references app_user;
alter table billing_profile add column changed_by uuid references app_user;

-- A change and its event are of one transaction, and so of one instant.
update billing_profile p
set changed_by = (
  select u.id
  from activity a
  join app_user u on u.id = a.actor_id
  where a.org_id = p.org_id and a.event in ('org.update', 'org.billing') and a.created_at = p.changed_at
  order by a.id desc
  limit 1);

-- Who changed it is not what they said.
create or replace function keep_billing_profile() returns trigger language plpgsql as $$
declare
  beside constant text[] := '{org_id,updated_at,changed_by}';
begin
  if tg_op = 'INSERT' or (to_jsonb(new) - beside) is distinct from (to_jsonb(old) - beside) then
    insert into billing_profile (org_id, profile, changed_at, changed_by)
    values (new.org_id, jsonb_strip_nulls(to_jsonb(new) - beside), new.updated_at, new.changed_by);
  end if;
  return null;
end $$;

update org_profile p
set changed_by = (select b.changed_by from billing_profile b where b.org_id = p.org_id order by b.id desc limit 1);

-- Characters that documents needed and no font had. What a document lacks stands in invoice_file and never changes;
-- this is what administrators have to know.
create table missing_glyph (
  glyph text primary key check (char_length(glyph) = 1),
  state text not null default 'missing' check (state in ('missing', 'found', 'dismissed')),
  -- The first document that was printed without it, since it is missing.
  invoice_id uuid not null references invoice,
  -- How many documents that are.
  documents bigint not null check (documents > 0),
  noticed_at timestamptz not null,
  -- When a font had it, or an administrator knew of it.
  ended_at timestamptz,
  dismissed_by uuid references app_user,
  constraint missing_glyph_ended check ((state = 'missing') = (ended_at is null))
);
insert into missing_glyph (glyph, invoice_id, documents, noticed_at)
select g.glyph, (array_agg(f.invoice_id order by f.created_at, f.invoice_id))[1], count(*), min(f.created_at)
from invoice_file f
cross join lateral (select distinct glyph from regexp_split_to_table(f.missing, '') glyph) g
where f.missing <> '' and g.glyph <> ''
group by g.glyph;
