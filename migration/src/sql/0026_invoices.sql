-- Receipts, invoices and credit notes (docs/adr/0041): numbers without gaps, and snapshots that never change.

-- A sequence doesn't roll back and so leaves gaps. A number is taken last in the issuing transaction: the row is locked
-- for as short as can be.
create table invoice_series (
  kind text primary key check (kind in ('receipt', 'invoice', 'credit_note')),
  prefix text not null check (prefix = upper(prefix) and length(prefix) between 1 and 8),
  next_no bigint not null default 1 check (next_no > 0)
);
insert into invoice_series (kind, prefix) values ('receipt', 'REC'), ('invoice', 'INV'), ('credit_note', 'CN');
revoke insert, delete, truncate on invoice_series from skypanel_app;

create table invoice (
  id uuid primary key,
  org_id uuid not null references org,
  kind text not null references invoice_series check (kind in ('receipt', 'invoice', 'credit_note')),
  no bigint not null check (no > 0),
  number text not null unique,
  -- What it was issued for: a cause has one document.
  cause text not null unique,
  period_from timestamptz,
  period_to timestamptz,
  -- The movement that a receipt or a credit note is about.
  journal_id bigint references journal,
  corrects_id uuid references invoice,
  currency char(3) not null,
  net_cents bigint not null check (net_cents >= 0),
  tax_cents bigint not null check (tax_cents >= 0),
  total_cents bigint not null,
  due_cents bigint not null check (due_cents >= 0),
  issued_at timestamptz not null,
  chain_seq bigint not null check (chain_seq >= 0),
  chain_hash bytea not null check (length(chain_hash) = 32),
  -- All that the document says. Personal data, which the law keeps longer than the person.
  snapshot jsonb not null,
  constraint invoice_no unique (kind, no),
  constraint invoice_total check (total_cents = net_cents + tax_cents and due_cents <= total_cents),
  constraint invoice_period check ((kind = 'invoice') = (period_from is not null and period_to > period_from)),
  constraint invoice_corrects check ((kind = 'credit_note') = (corrects_id is not null)),
  constraint invoice_journal check (kind <> 'receipt' or journal_id is not null)
);
create index invoice_org on invoice (org_id, id desc);
create index invoice_corrected on invoice (corrects_id) where corrects_id is not null;
create trigger invoice_append_only before update or delete or truncate on invoice
  for each statement execute function refuse_change();
revoke update, delete, truncate on invoice from skypanel_app;

-- Receipts are issued for credits: the few journals of that kind are found among millions.
create index journal_credit on journal (id) where kind in ('credit', 'topup', 'allocation');

-- What was made of a snapshot, once: pages, programs and mails give out these bytes.
create table invoice_file (
  invoice_id uuid not null references invoice,
  format text not null check (format in ('html', 'xml', 'pdf')),
  sha256 bytea not null check (length(sha256) = 32),
  content bytea not null check (length(content) between 1 and 33554432),
  -- Characters that no font had, and that were printed as another sign.
  missing text not null default '',
  created_at timestamptz not null,
  primary key (invoice_id, format)
);
create trigger invoice_file_append_only before update or delete or truncate on invoice_file
  for each statement execute function refuse_change();
revoke update, delete, truncate on invoice_file from skypanel_app;

-- What an organisation said of itself, and since when: each change, so that a document can be explained.
create table billing_profile (
  id bigint generated always as identity primary key,
  org_id uuid not null references org,
  profile jsonb not null,
  changed_at timestamptz not null
);
create index billing_profile_org on billing_profile (org_id, id desc);
create function keep_billing_profile() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' or (to_jsonb(new) - 'updated_at') is distinct from (to_jsonb(old) - 'updated_at') then
    insert into billing_profile (org_id, profile, changed_at)
    values (new.org_id, jsonb_strip_nulls(to_jsonb(new) - 'org_id' - 'updated_at'), new.updated_at);
  end if;
  return null;
end $$;
create trigger org_profile_kept after insert or update on org_profile
  for each row execute function keep_billing_profile();
insert into billing_profile (org_id, profile, changed_at)
select org_id, jsonb_strip_nulls(to_jsonb(p) - 'org_id' - 'updated_at'), updated_at from org_profile p;
