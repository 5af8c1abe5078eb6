-- Tax (docs/adr/0042): who sells, which rate is owed where and since when, and which numbers were confirmed.

create table billing_setting (
  one boolean primary key default true check (one),
  seller_name text check (length(seller_name) between 1 and 100),
  address_lines text check (length(address_lines) between 1 and 300),
  city text check (length(city) between 1 and 100),
  postcode text check (length(postcode) between 1 and 20),
  country text check (country = upper(country) and length(country) = 2),
  tax_id text check (length(tax_id) between 1 and 40),
  registration text check (length(registration) between 1 and 60),
  email text check (length(email) <= 254),
  -- Whether the prices of the pages are without tax or with it.
  prices text not null default 'net' check (prices in ('net', 'gross')),
  -- When tax arises: with the supply, never with a payment in advance.
  tax_moment text not null default 'supply' check (tax_moment in ('supply')),
  -- What suffices to be treated as a business.
  business_by text not null default 'format_ok' check (business_by in ('format_ok', 'confirmed')),
  updated_at timestamptz not null
);
insert into billing_setting (updated_at) values (now());
revoke insert, delete, truncate on billing_setting from skypanel_app;

create table tax_rule (
  id uuid primary key,
  -- `ZZ` for every country without a rule of its own.
  country text not null check (country = upper(country) and length(country) = 2),
  buyer text not null check (buyer in ('b2b', 'b2c')),
  basis_points int not null check (basis_points between 0 and 10000),
  category text not null check (category in ('S', 'Z', 'E', 'AE', 'O')),
  note text check (length(note) between 1 and 300),
  valid_from date not null,
  valid_to date check (valid_to > valid_from),
  created_at timestamptz not null,
  constraint tax_rule_rate check ((category = 'S') = (basis_points > 0)),
  constraint tax_rule_note check (category in ('S', 'Z') or note is not null),
  constraint tax_rule_one exclude using gist (country with =, buyer with =, daterange(valid_from, valid_to) with &&)
);

-- An administrator checked a customer's number where the tax office answers, and says with which reference.
create table tax_confirmation (
  org_id uuid primary key references org,
  tax_id text not null check (length(tax_id) between 1 and 40),
  reference text not null check (length(reference) between 1 and 100),
  confirmed_on date not null,
  confirmed_by uuid references app_user,
  created_at timestamptz not null
);

alter table account drop constraint account_kind_check;
alter table account add constraint account_kind_check check (kind in ('wallet', 'hold', 'receivable', 'revenue',
  'adjustment', 'paypal_clearing', 'promo', 'rounding', 'refund', 'paypal_fee', 'unallocated', 'tax_due', 'bank',
  'bad_debt'));
insert into account (kind, currency) values ('tax_due', 'USD') on conflict do nothing;
