-- Keys of programs: each is one person's, for one organisation, and never more than that person there (docs/adr/0030).
create table api_key (
  id uuid primary key,
  org_id uuid not null references org,
  user_id uuid not null references app_user,
  name text not null check (length(name) between 1 and 100),
  -- What the key's text begins with after sp_: it finds the row, and says in mails and lists which key is meant.
  ident text not null unique check (length(ident) = 8),
  -- SHA-256 of the whole text, which is shown once and stored nowhere. It has 178 random bits, so it needs no salt.
  hash bytea not null check (length(hash) = 32),
  scopes text[] not null check (cardinality(scopes) between 1 and 32),
  -- Networks from which it may be used; empty for any.
  ip_allow text[] not null default '{}' check (cardinality(ip_allow) <= 32 and ip_allow::cidr[] is not null),
  created_at timestamptz not null,
  expires_at timestamptz not null,
  revoked_at timestamptz,
  -- Who revoked it; nobody where its text was reported or its maker left.
  revoked_by uuid references app_user,
  -- The key that replaced it.
  successor_id uuid references api_key,
  -- When its maker was told that it expires soon, so that they are told once.
  warned_at timestamptz,
  last_used_at timestamptz,
  last_ip inet
);
create index api_key_org on api_key (org_id, created_at);
create index api_key_user on api_key (user_id);
create index api_key_expiry on api_key (expires_at) where revoked_at is null and warned_at is null;
-- A key is a record of who could do what: it ends, and stays.
revoke delete, truncate on api_key from skypanel_app;

-- Who returns to an organisation finds none of their former keys alive.
create function revoke_keys_of_member() returns trigger language plpgsql as $$
begin
  update api_key set revoked_at = business_now()
  where org_id = old.org_id and user_id = old.user_id and revoked_at is null;
  return null;
end $$;
create trigger org_member_keys after delete on org_member for each row execute function revoke_keys_of_member();
