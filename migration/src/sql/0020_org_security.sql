-- What an organisation demands of its members (docs/adr/0034), and links by which a user whom an administrator created
-- chooses the first password.

alter table org
  -- Members see nothing of it until they have a second factor.
  add column require_mfa boolean not null default false,
  -- Networks from which it is used; empty for any.
  add column ip_allow text[] not null default '{}' check (cardinality(ip_allow) <= 32 and ip_allow::cidr[] is not null);
-- Each API process reads those that demand something, every few seconds.
create index org_security on org (id) where deleted_at is null and (require_mfa or ip_allow <> '{}');

alter table mail_token drop constraint mail_token_kind_check;
alter table mail_token
  add constraint mail_token_kind_check check (kind in ('verify', 'reset', 'change', 'undo', 'choose'));
