create table account (
  id bigint generated always as identity primary key,
  kind text not null check (kind in ('wallet', 'hold', 'receivable', 'revenue', 'adjustment',
    'paypal_clearing', 'promo', 'rounding', 'refund')),
  org_id uuid references org,
  currency char(3) not null,
  balance_micros bigint,
  version bigint not null default 0,
  check ((kind in ('wallet', 'hold', 'receivable')) = (balance_micros is not null)),
  check (kind not in ('wallet', 'hold') or balance_micros >= 0),
  check (kind <> 'receivable' or balance_micros <= 0)
) with (fillfactor = 50);
create unique index account_one on account (kind, coalesce(org_id, '00000000-0000-0000-0000-000000000000'::uuid), currency);
create index account_org on account (org_id);
insert into account (kind, currency) values ('revenue', 'USD'), ('adjustment', 'USD'), ('rounding', 'USD');

create table journal (
  id bigint generated always as identity primary key,
  idem_key text not null unique,
  kind text not null,
  org_id uuid,
  job_id uuid,
  reverses_id bigint unique references journal,
  effective_at timestamptz not null,
  created_at timestamptz not null default now(),
  meta jsonb not null default '{}'
);
create index journal_org on journal (org_id, id desc);

create table posting (
  journal_id bigint not null references journal,
  seq smallint not null,
  account_id bigint not null references account,
  org_id uuid,
  amount_micros bigint not null check (amount_micros <> 0),
  balance_after bigint,
  primary key (journal_id, seq)
);
create index posting_account on posting (account_id, journal_id);

create table usage_segment (
  id uuid primary key,
  vps_id uuid not null references vps,
  org_id uuid not null,
  kind text not null default 'vps' check (kind in ('vps', 'backup')),
  month_micros bigint not null check (month_micros between 0 and 100000000000),
  hours_per_month int not null default 730 check (hours_per_month > 0),
  started_at timestamptz not null,
  ended_at timestamptz check (ended_at >= started_at),
  billed_hours int not null default 0,
  billed_micros bigint not null default 0,
  exclude using gist (vps_id with =, kind with =, tstzrange(started_at, ended_at) with &&)
) with (fillfactor = 50); -- every tick updates every open segment: with room in its page, no index is touched
create index usage_segment_open on usage_segment (org_id) where ended_at is null;
create index usage_segment_vps on usage_segment (vps_id);

create table usage_line (
  segment_id uuid not null references usage_segment,
  hour_no int not null check (hour_no > 0),
  org_id uuid not null,
  micros bigint not null check (micros >= 0),
  journal_id bigint not null references journal,
  primary key (segment_id, hour_no)
);
create index usage_line_journal on usage_line (journal_id);

-- What a segment was charged for hours that began at or after `since`, by the cumulative function
-- and without reading its lines.
create function charged_since(s usage_segment, since timestamptz) returns bigint language sql stable parallel safe as $$
  select s.billed_micros - s.month_micros * least(s.billed_hours, greatest(0, ceil(extract(epoch from since - s.started_at) / 3600))::int) / s.hours_per_month
$$;
