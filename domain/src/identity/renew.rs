//! Renewing: opaque refresh tokens, hashed at rest and rotated at each use.

use std::net::IpAddr;

use chrono::{DateTime, TimeDelta, Utc};
use entity::security_event::SecurityKind;
use entity::{ImpersonationId, OrgId, SessionId, UserId, user::Role};
use sea_orm::{ConnectionTrait, DatabaseTransaction};
use secrecy::{ExposeSecret, SecretString};

use super::session::{add_token, expiry, other_user};
use super::{Grant, Impersonation, Presented, session};
use crate::access;
use crate::activity::{self, Event};
use crate::error::{Error, ErrorKind, Result};
use crate::security::{self, Refusal};
use crate::vault::token_hash;
use crate::{Ctx, EventStatus, db, impersonation};

/// For how long a used token may be shown again and gets what it got before: tabs renew at the same time, and answers
/// are lost on bad networks. Later it is a copy in other hands.
const GRACE: TimeDelta = TimeDelta::seconds(30);

db::row! {
    /// A refresh token that came back, with its session and its user.
    struct Shown {
        session_id: SessionId,
        user_id: UserId,
        role: Role,
        token_epoch: i32,
        opened_at: DateTime<Utc>,
        expires_at: DateTime<Utc>,
        used_at: Option<DateTime<Utc>>,
        successor_sealed: Option<Vec<u8>>,
        living_hash: Option<Vec<u8>>,
        alive: bool,
        amr: Vec<String>,
        verified_at: Option<DateTime<Utc>>,
        impersonator_id: Option<UserId>,
        impersonation_id: Option<ImpersonationId>,
        writes: Option<bool>,
        admin_epoch: Option<i32>,
        parent_id: Option<SessionId>,
        parent_until: Option<DateTime<Utc>>,
        until_at: Option<DateTime<Utc>>,
        only_org: Option<OrgId>,
    }
}

impl Shown {
    fn impersonation(&self) -> Option<Impersonation> {
        Some(Impersonation {
            id: self.impersonation_id?,
            by: self.impersonator_id?,
            writes: self.writes?,
            epoch: self.admin_epoch?,
            parent: self.parent_id?,
            parent_until: self.parent_until?,
        })
    }

    /// Whether the token is the living one, or was until a moment ago.
    fn is_recent(&self, now: DateTime<Utc>) -> bool {
        self.used_at.is_none_or(|used_at| now < used_at + GRACE)
    }

    /// What is granted to those who hold the session's living token.
    async fn grant(self, tx: &impl ConnectionTrait, token: SecretString, expires_at: DateTime<Utc>) -> Result<Grant> {
        // Read now and not from the token before: a member who was removed is none any more.
        let mut memberships = access::memberships(tx, self.user_id).await?;
        if let Some(only) = self.only_org {
            memberships.retain(|place| place.org_id == only);
        }
        Ok(Grant {
            user: self.user_id,
            role: self.role,
            memberships,
            epoch: self.token_epoch,
            session: self.session_id,
            impersonation: self.impersonation(),
            amr: self.amr,
            verified_at: self.verified_at,
            expires_at,
            refresh_token: token,
        })
    }
}

/// Exchanges a refresh token for the next. One that was used less than 30 seconds ago gets the session's living token
/// again; one that was used before ends the session, because two hold it. A request that was meant for another user
/// renews nothing.
///
/// # Errors
/// `unauthenticated` when the token is unknown, expired or revoked; `token_reused`; `other_user`.
pub async fn refresh(ctx: &Ctx, token: &SecretString, meant_for: Option<UserId>, ip: Option<IpAddr>) -> Result<Grant> {
    let hash = token_hash(token.expose_secret());
    let tx = ctx.begin().await?;
    // Locked by a statement of its own: the next one then reads what the renewal before has written.
    lock_session(hash.clone()).one(&tx).await?.ok_or_else(Error::unauthenticated)?;
    let now = ctx.clock.now(&tx).await?;
    let shown = select_shown(hash.clone(), now).one(&tx).await?.ok_or_else(Error::unauthenticated)?;
    if let Some(stay) = shown.impersonation_id.filter(|_| !shown.alive && shown.is_recent(now)) {
        // The administrator is back in their own session, whose page need not know it yet.
        let grant = impersonation::come_back(ctx, &tx, stay, now).await?.ok_or_else(Error::unauthenticated)?;
        if meant_for.is_some_and(|meant| meant != shown.user_id && meant != grant.user) {
            return Err(other_user());
        }
        tx.commit().await?;
        return Ok(grant);
    }
    if !shown.alive {
        return Err(Error::unauthenticated());
    }
    if meant_for.is_some_and(|meant| meant != shown.user_id) {
        return Err(other_user());
    }
    let (token, expires_at) = match shown.used_at {
        None => rotate(ctx, &tx, &shown, hash, now).await?,
        Some(_) if shown.is_recent(now) => (living(ctx, &shown)?, shown.expires_at),
        Some(_) => return Err(end_stolen(ctx, tx, &shown, ip, now).await?),
    };
    let grant = shown.grant(&tx, token, expires_at).await?;
    tx.commit().await?;
    Ok(grant)
}

/// Gives the holder of a session its next token without the one before, which another session of the same browser kept
/// from being shown: an administrator comes back from a customer's place. None when the session is over. Twice within
/// 30 seconds gives the same token, as two tabs come back at the same time.
pub(crate) async fn resume(
    ctx: &Ctx,
    tx: &impl ConnectionTrait,
    session: SessionId,
    now: DateTime<Utc>,
) -> Result<Option<Grant>> {
    lock_own(session).one(tx).await?;
    let Some(own) = select_own(session, now).one(tx).await?.filter(|own| own.alive) else {
        return Ok(None);
    };
    let (token, expires_at) = match (&own.successor_sealed, own.living_hash.clone()) {
        (Some(_), _) => (living(ctx, &own)?, own.expires_at),
        (None, Some(hash)) => rotate(ctx, tx, &own, hash, now).await?,
        (None, None) => return Ok(None),
    };
    Ok(Some(own.grant(tx, token, expires_at).await?))
}

/// The next token, and when the session now ends.
async fn rotate(
    ctx: &Ctx,
    tx: &impl ConnectionTrait,
    shown: &Shown,
    used: Vec<u8>,
    now: DateTime<Utc>,
) -> Result<(SecretString, DateTime<Utc>)> {
    let session = shown.session_id;
    let next = add_token(ctx, tx, session, now).await?;
    mark_used(used, now, token_hash(next.expose_secret())).exec(tx).await?;
    let expires_at = shown.until_at.unwrap_or_else(|| expiry(shown.opened_at, now));
    let sealed = ctx.vault.seal(&ctx.chance, &place(session), &next)?;
    prolong(session, expires_at, sealed, now + GRACE).exec(tx).await?;
    Ok((next, expires_at))
}

/// The session's one unused token, which the last renewal sealed.
fn living(ctx: &Ctx, shown: &Shown) -> Result<SecretString> {
    let sealed = shown.successor_sealed.as_ref().ok_or_else(Error::unauthenticated)?;
    let token = ctx.vault.open(&place(shown.session_id), sealed)?;
    let lives = shown.living_hash.as_ref() == Some(&token_hash(token.expose_secret()));
    if lives { Ok(token) } else { Err(Error::unauthenticated()) }
}

/// Ends the session of a token that two hold. Returns what to tell the caller who showed it.
async fn end_stolen(
    ctx: &Ctx,
    tx: DatabaseTransaction,
    shown: &Shown,
    ip: Option<IpAddr>,
    now: DateTime<Utc>,
) -> Result<Error> {
    let presented = Presented { session: Some(shown.session_id), refresh_token: None };
    let ended = session::revoke(&tx, &presented, now).await?;
    impersonation::end_with_parents(&tx, &ended, now).await?;
    let words = "A used session token came back; the session was ended";
    let event = Event::new("auth.refresh_reused", EventStatus::Warning, words).actor(shown.user_id);
    activity::record(&tx, event.entity("user", shown.user_id)).await?;
    let refusal = Refusal { kind: SecurityKind::TokenReused, user: Some(shown.user_id), email: None, ip };
    security::record(ctx, &tx, &[(refusal, 1)]).await?;
    tx.commit().await?;
    Ok(Error::new(
        ErrorKind::Unauthenticated,
        "token_reused",
        "This session was ended, because its token was used a second time. Sign in again.",
    ))
}

fn place(session: SessionId) -> String {
    format!("session:{session}:successor")
}

/// Erases the sealed tokens whose 30 seconds are over.
///
/// # Errors
/// When the database does not answer.
pub async fn forget_successors(ctx: &Ctx) -> Result<()> {
    erase_successors().exec(&ctx.db).await?;
    Ok(())
}

db::statement! {
    fn lock_session(hash: Vec<u8>) -> SessionId =
        "select s.id from session s join refresh_token t on t.session_id = s.id where t.hash = $1
         for update of s";

    fn select_shown(hash: Vec<u8>, now: DateTime<Utc>) -> Shown = file "select_shown.sql";

    fn lock_own(session: SessionId) -> SessionId = "select id from session where id = $1 for update";

    fn select_own(session: SessionId, now: DateTime<Utc>) -> Shown = file "select_own.sql";

    fn mark_used(hash: Vec<u8>, now: DateTime<Utc>, successor: Vec<u8>) =
        "update refresh_token set used_at = $2, successor = $3 where hash = $1";

    fn prolong(session: SessionId, expires_at: DateTime<Utc>, sealed: Vec<u8>, until: DateTime<Utc>) =
        "update session set expires_at = $2, successor_sealed = $3, successor_until = $4, seen_at = business_now()
         where id = $1";

    /// Sessions that a renewal holds are left for the next time.
    fn erase_successors() = file "erase_successors.sql";
}
