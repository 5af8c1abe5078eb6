-- What one user may send instead of what their tier allows, until it expires. The reason is free text and stands here,
-- where it can be erased.
create table rate_override (
  user_id uuid primary key references app_user,
  max int not null check (max between 1 and 1000000),
  window_s int not null check (window_s between 1 and 86400),
  reason text not null check (length(reason) between 1 and 500),
  expires_at timestamptz not null,
  set_by uuid references app_user,
  set_at timestamptz not null
);
create index rate_override_expires on rate_override (expires_at);

-- Requests of one minute by tier and sender, as the API's processes counted them: personal data, kept for a week.
create table rate_minute (
  at timestamptz not null,
  tier text not null
    check (tier in ('anonymous', 'user', 'admin', 'key', 'login', 'registration', 'mail')),
  -- A user's or a key's id, or an address; empty for the many of whom none sent much.
  key text not null check (length(key) <= 64),
  allowed bigint not null check (allowed >= 0),
  refused bigint not null check (refused >= 0),
  primary key (at, tier, key)
);
create index rate_minute_key on rate_minute (key) where key <> '';
