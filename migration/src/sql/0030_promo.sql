-- Promo codes, and credit that a second administrator approves (docs/adr/0044).

alter table rate_minute drop constraint rate_minute_tier_check;
alter table rate_minute add constraint rate_minute_tier_check check (
  tier in ('anonymous', 'user', 'admin', 'key', 'login', 'registration', 'mail', 'payment', 'promo'));

insert into account (kind, currency) values ('promo', 'USD') on conflict do nothing;

create table promo_code (
  id uuid primary key,
  -- In capitals: a code is the same however it is typed.
  code text not null unique check (code = upper(code) and length(code) between 6 and 32),
  amount_micros bigint not null check (amount_micros between 1 and 1000000000),
  max_uses int not null check (max_uses between 1 and 1000000),
  uses int not null default 0,
  expires_at timestamptz,
  ended_at timestamptz,
  created_by uuid references app_user,
  created_at timestamptz not null,
  constraint promo_code_uses check (uses between 0 and max_uses)
);

create table promo_use (
  code_id uuid not null references promo_code,
  org_id uuid not null references org,
  used_by uuid not null references app_user,
  journal_id bigint not null references journal,
  used_at timestamptz not null,
  primary key (code_id, org_id)
);
create index promo_use_org on promo_use (org_id);
create trigger promo_use_append_only before update or delete or truncate on promo_use
  for each statement execute function refuse_change();
revoke update, delete, truncate on promo_use from skypanel_app;
revoke delete, truncate on promo_code from skypanel_app;

-- Above this much, credit by an administrator waits for another one, where there is one.
alter table billing_setting
  add column four_eyes_micros bigint not null default 100000000 check (four_eyes_micros between 0 and 100000000000);

create table credit_request (
  id uuid primary key,
  org_id uuid not null references org,
  amount_micros bigint not null check (amount_micros > 0),
  -- What the statement will say, and why it was declined.
  reason text not null check (length(reason) <= 500),
  decision text check (length(decision) <= 500),
  state text not null default 'waiting' check (state in ('waiting', 'approved', 'declined')),
  asked_by uuid not null references app_user,
  asked_at timestamptz not null,
  -- Nothing has to happen then: who decides asks the clock.
  expires_at timestamptz not null,
  decided_by uuid references app_user,
  decided_at timestamptz,
  journal_id bigint unique references journal,
  constraint credit_request_decided check (
    (state = 'waiting') = (decided_by is null) and (state = 'waiting') = (decided_at is null)
    and (state = 'approved') = (journal_id is not null)),
  -- Four eyes are of two people.
  constraint credit_request_other check (decided_by <> asked_by)
);
create index credit_request_waiting on credit_request (id desc) where state = 'waiting';
create index credit_request_org on credit_request (org_id, id desc);
revoke delete, truncate on credit_request from skypanel_app;

-- An approval names who asked: `{name}` may be a user's.
create or replace function said(message text, noun text, id uuid) returns text language sql stable as $$
  select case
    when strpos(message, '{name}') = 0 then message
    else replace(message, '{name}', coalesce(
      case noun
        when 'vps' then (select v.label from public.vps v where v.id = said.id)
        when 'key' then (select k.name from public.api_key k where k.id = said.id)
        when 'user' then (select u.name from public.app_user u where u.id = said.id)
      end,
      'something'))
  end
$$;
