-- Signing in by the word of an issuer, with OpenID Connect (docs/adr/0032).

-- Whom an issuer names, and whose account that is. The issuer's own name for the person is the key: an e-mail address
-- is none, since who has it changes.
create table user_identity (
  issuer text not null check (length(issuer) between 1 and 2000),
  subject text not null check (length(subject) between 1 and 255),
  -- Ours, for addresses of the API.
  id uuid not null unique,
  user_id uuid not null references app_user,
  -- What the issuer said last, to tell two of them apart. It proves nothing.
  email text check (length(email) <= 254),
  created_at timestamptz not null,
  last_used_at timestamptz not null,
  primary key (issuer, subject)
);
create index user_identity_user on user_identity (user_id, id);

-- Who came by an issuer has no password until they choose one.
alter table app_user alter column password_hash drop not null;

-- A browser on its way to the issuer and back: found by what comes back, and only for the browser that left. The nonce
-- and the verifier are sealed in `secret_sealed`.
alter table challenge
  add column state_hash bytea unique check (length(state_hash) = 32),
  add column browser_hash bytea check (length(browser_hash) = 32),
  drop constraint challenge_kind_check,
  add constraint challenge_kind_check check (kind in (
    'sign_in', 'passkey', 'step_up', 'totp_setup', 'passkey_setup',
    'oidc_sign_in', 'oidc_link', 'oidc_step_up'
  )),
  add constraint challenge_oidc check (
    (kind in ('oidc_sign_in', 'oidc_link', 'oidc_step_up')) = (state_hash is not null)
    and (state_hash is null) = (browser_hash is null)
  );

alter table security_event
  drop constraint security_event_kind_check,
  add constraint security_event_kind_check check (kind in (
    'sign_in_failed', 'limit_hit', 'role_refused', 'origin_refused', 'token_reused',
    'code_refused', 'passkey_refused', 'passkey_copied', 'identity_refused'
  ));
