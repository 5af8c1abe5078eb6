-- Links that mails bring: to confirm an address, reset a password, change an address, and take that change back
-- (docs/adr/0027).

create table mail_token (
  id uuid primary key,
  kind text not null check (kind in ('verify', 'reset', 'change', 'undo')),
  -- Where the mail goes, and what the token proves. Nobody's, for a reset that a stranger asks for.
  email text not null check (length(email) between 3 and 254),
  user_id uuid references app_user,
  -- SHA-256 of the token.
  token_hash bytea not null check (length(token_hash) = 32),
  -- The token itself, until its mail was sent.
  sealed bytea,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  -- Used, or replaced by a newer one.
  used_at timestamptz
);
create unique index mail_token_hash on mail_token (token_hash);
create index mail_token_email on mail_token (email, kind) where used_at is null;
create index mail_token_user on mail_token (user_id, created_at) where user_id is not null;
create index mail_token_expiry on mail_token (expires_at);

-- The list of a user's sessions, and which of them is the oldest.
create index session_of_user on session (user_id, created_at) where revoked_at is null;
