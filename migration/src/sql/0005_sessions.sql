-- A session has one living token; what was refused is kept where it can be erased.

-- The token that the last renewal gave out, sealed for those who ask again within seconds: a second tab, and a browser
-- whose answer was lost.
alter table session
  add column successor_sealed bytea,
  add column successor_until timestamptz,
  add constraint session_successor check ((successor_sealed is null) = (successor_until is null));
create index session_sealed on session (successor_until) where successor_sealed is not null;
create index session_revoked on session (revoked_at) where revoked_at is not null;

-- Parallel renewals left several living tokens in one session: the newest remains.
update refresh_token t set used_at = t.created_at
where t.used_at is null and exists (
  select from refresh_token newer
  where newer.session_id = t.session_id and newer.used_at is null
    and (newer.created_at, newer.hash) > (t.created_at, t.hash)
);

-- Checked at the commit, because the version before adds the new token before it marks the old one as used.
alter table refresh_token add constraint refresh_token_one_unused
  exclude using btree (session_id with =) where (used_at is null) deferrable initially deferred;

-- Who was refused, from where, how often: a row for each minute, kind, person and address. Personal data stand here and
-- not in `activity` or `journal`, which nobody may change: these rows may be deleted.
create table security_event (
  id bigint generated always as identity primary key,
  minute timestamptz not null,
  kind text not null
    check (kind in ('sign_in_failed', 'limit_hit', 'role_refused', 'origin_refused', 'token_reused')),
  -- Whose account it was about, or who asked; without one, a keyed hash of the address that was typed.
  user_id uuid references app_user,
  email_mac bytea,
  ip inet,
  count int not null check (count > 0),
  last_at timestamptz not null,
  constraint security_event_one unique nulls not distinct (minute, kind, user_id, email_mac, ip)
);
create index security_event_user on security_event (user_id, minute) where user_id is not null;
