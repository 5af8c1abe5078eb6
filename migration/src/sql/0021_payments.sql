-- Payments (docs/payments.md, docs/adr/0035): what customers pay, what came of it, and what went back.

-- The platform's accounts of payments store no balance, as ours never do. What was asked to go back to a payer is
-- the organisation's, so that its balance says what is on its way.
alter table account
  drop constraint account_kind_check,
  drop constraint account_check;
alter table account
  add constraint account_kind_check check (kind in (
    'wallet', 'hold', 'receivable', 'refund', 'revenue', 'adjustment', 'promo', 'rounding',
    'paypal_clearing', 'paypal_fee', 'unallocated', 'bank', 'bad_debt')),
  add constraint account_check check (
    (kind in ('wallet', 'hold', 'receivable', 'refund')) = (balance_micros is not null)
    and (kind in ('wallet', 'hold', 'receivable', 'refund')) = (org_id is not null)),
  add constraint account_refund check (kind <> 'refund' or balance_micros >= 0);
insert into account (kind, currency) values
  ('paypal_clearing', 'USD'), ('paypal_fee', 'USD'), ('unallocated', 'USD'), ('bank', 'USD'), ('bad_debt', 'USD')
on conflict do nothing;
insert into account (kind, org_id, currency, balance_micros)
select 'refund', org_id, currency, 0 from account where kind = 'wallet' order by id;

-- Payments that are begun are counted by address.
alter table rate_minute drop constraint rate_minute_tier_check;
alter table rate_minute add constraint rate_minute_tier_check check (
  tier in ('anonymous', 'user', 'admin', 'key', 'login', 'registration', 'mail', 'payment'));

create table payment (
  id uuid primary key,
  org_id uuid not null references org,
  -- Who asked for it.
  actor_id uuid not null references app_user,
  provider text not null check (provider in ('paypal')),
  -- Of which of the provider's worlds it is: another one knows nothing of it.
  mode text not null check (mode in ('live', 'sandbox', 'simulated')),
  amount_micros bigint not null check (amount_micros > 0),
  currency char(3) not null,
  state text not null check (state in (
    'new', 'open', 'approved', 'capturing', 'credited', 'pending', 'declined', 'mismatch', 'expired')),
  -- Names the request that takes the money: it rises when the payer was sent back to choose another means.
  attempt int not null default 1 check (attempt between 1 and 20),
  declines int not null default 0,
  order_id text unique check (length(order_id) between 1 and 100),
  approve_url text check (length(approve_url) <= 2000),
  -- The provider's id of the account that the order pays to.
  payee text check (length(payee) <= 100),
  -- Why nothing came of it, or of the last attempt.
  failure text check (length(failure) <= 100),
  -- The customer left: it is not captured by us any more. What is captured all the same counts.
  cancelled_at timestamptz,
  -- The provider remembers the capture's request for six hours; after that it is only looked at.
  capture_began_at timestamptz,
  -- Rises whenever something may have happened: a run that saw an older number looks again.
  rings int not null default 0,
  looks int not null default 0,
  -- When it is looked at next, if nothing rings before.
  look_at timestamptz,
  created_at timestamptz not null,
  opened_at timestamptz,
  expires_at timestamptz not null,
  ended_at timestamptz
) with (fillfactor = 70);
create index payment_org on payment (org_id, id desc);
create index payment_actor on payment (actor_id);
create index payment_look on payment (look_at) where look_at is not null;
create index payment_state on payment (state, id desc)
  where state in ('new', 'open', 'approved', 'capturing', 'pending', 'mismatch');

create table payment_capture (
  id uuid primary key,
  payment_id uuid not null references payment,
  org_id uuid not null references org,
  provider_ref text not null unique check (length(provider_ref) between 1 and 100),
  state text not null check (state in ('completed', 'pending', 'declined')),
  -- Why it is pending or was declined, in the provider's word.
  reason text check (length(reason) <= 100),
  amount_micros bigint not null check (amount_micros > 0),
  currency char(3) not null,
  fee_micros bigint check (fee_micros >= 0),
  net_micros bigint,
  -- What does not fit the payment: the money waits for an administrator.
  mismatch text check (mismatch in ('amount', 'currency', 'payee', 'payment', 'twice')),
  -- The organisation that money which did not fit was given to.
  allocated_at timestamptz,
  journal_id bigint references journal,
  payer_ref text check (length(payer_ref) <= 100),
  payer_country text check (length(payer_country) = 2),
  captured_at timestamptz not null,
  created_at timestamptz not null,
  check (journal_id is null or state = 'completed'),
  check (mismatch is null or state = 'completed')
);
create index payment_capture_payment on payment_capture (payment_id);
create index payment_capture_org on payment_capture (org_id, captured_at);
create index payment_capture_at on payment_capture (captured_at);
create index payment_capture_unfit on payment_capture (id) where mismatch is not null and allocated_at is null;

create table payment_refund (
  id uuid primary key,
  payment_id uuid not null references payment,
  -- None where it went to the wallet.
  capture_id uuid references payment_capture,
  org_id uuid not null references org,
  destination text not null check (destination in ('payer', 'wallet')),
  -- Who took it: we, an operator on the provider's own pages, or the payer's bank.
  origin text not null check (origin in ('ours', 'provider', 'reversal')),
  state text not null check (state in ('asked', 'pending', 'done', 'failed')),
  amount_micros bigint not null check (amount_micros > 0),
  currency char(3) not null,
  fee_micros bigint not null default 0,
  provider_ref text unique check (length(provider_ref) between 1 and 100),
  failure text check (length(failure) <= 100),
  asked_by uuid references app_user,
  reason text not null default '' check (length(reason) <= 500),
  created_at timestamptz not null,
  ended_at timestamptz,
  check ((capture_id is null) = (destination = 'wallet'))
);
create index payment_refund_payment on payment_refund (payment_id, id);
create index payment_refund_capture on payment_refund (capture_id);
create index payment_refund_open on payment_refund (id) where state in ('asked', 'pending');

create table dispute (
  id uuid primary key,
  provider_ref text not null unique check (length(provider_ref) between 1 and 100),
  capture_id uuid not null references payment_capture,
  payment_id uuid not null references payment,
  org_id uuid not null references org,
  state text not null check (state in ('open', 'won', 'lost')),
  -- In the provider's own word: an inquiry, a chargeback.
  stage text not null default '' check (length(stage) <= 100),
  -- None until the provider was asked.
  amount_micros bigint check (amount_micros > 0),
  -- What is set aside for it.
  held_micros bigint not null default 0 check (held_micros >= 0),
  due_at timestamptz,
  opened_at timestamptz not null,
  ended_at timestamptz
);
create index dispute_payment on dispute (payment_id);
create index dispute_open on dispute (id) where state = 'open';

-- Messages of the provider, as they came. They only say where to look: what counts is asked for.
create table payment_event (
  provider text not null check (provider in ('paypal')),
  event_id text not null check (length(event_id) between 1 and 100),
  state text not null check (state in ('unverified', 'verified', 'rejected', 'done', 'parked')),
  kind text not null default '' check (length(kind) <= 100),
  payment_id uuid references payment,
  -- The provider's id of a refund that it tells of: an order need not list what was taken back.
  refund_ref text check (length(refund_ref) <= 100),
  cert_url text check (length(cert_url) <= 500),
  headers jsonb,
  -- Emptied thirty days after it was received.
  raw bytea check (length(raw) <= 262144),
  attempts int not null default 0,
  failure text check (length(failure) <= 200),
  received_at timestamptz not null,
  done_at timestamptz,
  primary key (provider, event_id)
);
create index payment_event_unverified on payment_event (received_at) where state = 'unverified';
create index payment_event_received on payment_event (received_at) where raw is not null;
create index payment_event_payment on payment_event (payment_id);

-- Certificates that messages are signed with, by their address.
create table payment_certificate (
  url text primary key check (length(url) <= 500),
  pem bytea not null check (length(pem) <= 65536),
  fetched_at timestamptz not null
);

-- The provider's report compared with our captures, once a day.
create table payment_report (
  at timestamptz primary key,
  since timestamptz not null,
  movements int not null,
  differences jsonb not null default '[]',
  found int not null default 0
);
