//! Sessions: opened by a sign-in, kept by renewals, ended by signing out and by signing in again.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use entity::{ImpersonationId, SessionId, UserId, refresh_token, user::Role};
use sea_orm::{ActiveModelTrait as _, ConnectionTrait, Set};
use secrecy::{ExposeSecret, SecretString};

use super::sessions::MAX_SESSIONS;
use crate::access::{self, Membership};
use crate::activity::{self, Event};
use crate::error::{Error, Result};
use crate::mail::{self, Mail};
use crate::vault::token_hash;
use crate::{Ctx, EventStatus, db, impersonation};

/// How long a refresh token lives, and a session without a renewal.
pub const REFRESH_TTL: Duration = Duration::from_hours(7 * 24);
/// How long a session lives, however often it is renewed.
pub const SESSION_TTL: Duration = Duration::from_hours(30 * 24);

/// The client behind a request, for the session's record.
#[derive(Clone, Debug, Default)]
pub struct Client {
    /// The address, as far as the proxies in front are trusted.
    pub ip: Option<std::net::IpAddr>,
    /// The browser's or program's name for itself.
    pub user_agent: Option<String>,
}

impl Client {
    /// The program's name for itself, as it is kept.
    pub(crate) fn agent(&self) -> Option<String> {
        self.user_agent.as_ref().map(|agent| agent.chars().filter(|c| !c.is_control()).take(400).collect())
    }
}

/// What a request proves of a session that exists: an access token, a refresh token, or both.
#[derive(Clone, Debug, Default)]
pub struct Presented {
    /// The session of a valid access token.
    pub session: Option<SessionId>,
    /// A refresh token, whose session need not exist.
    pub refresh_token: Option<SecretString>,
}

impl Presented {
    /// Whether it proves anything.
    pub(super) fn any(&self) -> bool {
        self.session.is_some() || self.refresh_token.is_some()
    }
}

/// What a signed-in user holds.
#[derive(Debug)]
pub struct Grant {
    /// The user.
    pub user: UserId,
    /// What they may do on the platform.
    pub role: Role,
    /// Where they belong, in the order of joining.
    pub memberships: Vec<Membership>,
    /// The epoch that access tokens must carry.
    pub epoch: i32,
    /// Their session.
    pub session: SessionId,
    /// How they proved who they are, in the words of RFC 8176.
    pub amr: Vec<String>,
    /// When they last proved it with all that they have enrolled; by business time.
    pub verified_at: Option<DateTime<Utc>>,
    /// The administrator in their place.
    pub impersonation: Option<Impersonation>,
    /// When the session ends unless it is renewed; by business time.
    pub expires_at: DateTime<Utc>,
    /// The refresh token, which is given once and stored as a hash.
    pub refresh_token: SecretString,
}

/// An administrator in a user's place, for the length of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Impersonation {
    /// Their stay.
    pub id: ImpersonationId,
    /// The administrator.
    pub by: UserId,
    /// Whether they may change things.
    pub writes: bool,
    /// The administrator's epoch when it began: with a later one it is over.
    pub epoch: i32,
    /// The administrator's own session: the stay ends with it.
    pub parent: SessionId,
    /// Until when that session can be returned to; by business time.
    pub parent_until: DateTime<Utc>,
}

db::row! {
    /// Access tokens of this user issued under an earlier epoch are void.
    #[derive(Clone, Copy, Debug)]
    pub struct RevokedBefore {
        /// The user.
        pub user_id: UserId,
        /// The lowest epoch that is still valid.
        pub epoch: i32,
    }
}

/// What makes access tokens void before their time.
#[derive(Clone, Debug, Default)]
pub struct Revocations {
    /// Users whose role or password changed.
    pub users: Vec<RevokedBefore>,
    /// Sessions that were ended.
    pub sessions: Vec<SessionId>,
}

/// Whom a session is for.
pub(super) struct Holder {
    pub(super) user: UserId,
    pub(super) role: Role,
    pub(super) epoch: i32,
    /// How they proved who they are, in the words of RFC 8176.
    pub(super) amr: &'static [&'static str],
}

/// A request came for another user than the one who is signed in.
#[must_use]
pub fn other_user() -> Error {
    Error::conflict(
        "other_user",
        "Another user has signed in to this browser since the page was opened. Nothing was changed. Reload the page.",
    )
}

/// Opens a session in the caller's transaction, for a user who just proved who they are.
pub(super) async fn open(
    ctx: &Ctx,
    tx: &impl ConnectionTrait,
    holder: Holder,
    client: &Client,
    now: DateTime<Utc>,
) -> Result<Grant> {
    let Holder { user, role, epoch, amr } = holder;
    let amr: Vec<String> = amr.iter().map(|way| (*way).to_owned()).collect();
    let session: SessionId = ctx.chance.id(now);
    let expires_at = expiry(now, now);
    let (refresh_token, hash) = fresh_token(ctx);
    let (ip, agent) = (client.ip.map(|ip| ip.to_string()), client.agent());
    let new_device = open_session(session, user, now, expires_at, ip, agent, amr.clone(), hash, MAX_SESSIONS);
    if new_device.only(tx).await? {
        mail::send(ctx, tx, Mail::NewSignIn { user, session }).await?;
    }
    let memberships = access::memberships(tx, user).await?;
    Ok(Grant {
        user,
        role,
        memberships,
        epoch,
        session,
        amr,
        verified_at: Some(now),
        impersonation: None,
        expires_at,
        refresh_token,
    })
}

/// When a session ends that was opened and last renewed then.
pub(super) fn expiry(opened: DateTime<Utc>, renewed: DateTime<Utc>) -> DateTime<Utc> {
    (renewed + whole_seconds(REFRESH_TTL)).min(opened + whole_seconds(SESSION_TTL))
}

fn whole_seconds(time: Duration) -> TimeDelta {
    TimeDelta::seconds(i64::try_from(time.as_secs()).unwrap_or(0))
}

/// A new refresh token of the session, in the caller's transaction.
pub(crate) async fn add_token(
    ctx: &Ctx,
    tx: &impl ConnectionTrait,
    session: SessionId,
    now: DateTime<Utc>,
) -> Result<SecretString> {
    let (token, hash) = fresh_token(ctx);
    let row = refresh_token::ActiveModel {
        hash: Set(hash),
        session_id: Set(session),
        created_at: Set(now),
        used_at: Set(None),
        successor: Set(None),
    };
    row.insert(tx).await?;
    Ok(token)
}

/// A new refresh token, and the hash that is stored.
fn fresh_token(ctx: &Ctx) -> (SecretString, Vec<u8>) {
    let token = URL_SAFE_NO_PAD.encode(ctx.chance.bytes::<32>());
    let hash = token_hash(&token);
    (SecretString::from(token), hash)
}

/// Ends the sessions that the request proves. Their access tokens are void within seconds, the user's other sessions
/// continue. An unknown token is no error. A request that was meant for another user ends nothing.
///
/// # Errors
/// `other_user`; when the database does not answer.
pub async fn log_out(ctx: &Ctx, presented: &Presented, meant_for: Option<UserId>) -> Result<()> {
    if !presented.any() {
        return Ok(());
    }
    let tx = ctx.begin().await?;
    let now = ctx.clock.now(&tx).await?;
    let ended = end(&tx, presented, now, "Signed out").await?;
    if meant_for.is_some_and(|meant| ended.iter().any(|ended| ended.user_id != meant)) {
        return Err(other_user());
    }
    tx.commit().await?;
    Ok(())
}

db::row! {
    /// A session that was ended.
    pub(crate) struct Ended {
        pub(crate) user_id: UserId,
        pub(crate) impersonation_id: Option<ImpersonationId>,
    }
}

/// Ends the sessions that the request proves, in the caller's transaction.
pub(super) async fn end(
    tx: &impl ConnectionTrait,
    presented: &Presented,
    now: DateTime<Utc>,
    words: &str,
) -> Result<Vec<Ended>> {
    let ended = revoke(tx, presented, now).await?;
    for Ended { user_id, impersonation_id, .. } in &ended {
        if impersonation_id.is_none() {
            let event = Event::new("auth.logout", EventStatus::Info, words).actor(*user_id);
            activity::record(tx, event.entity("user", *user_id)).await?;
        }
    }
    impersonation::end_with_parents(tx, &ended, now).await?;
    Ok(ended)
}

/// As [`end`], without a word in the activity log.
pub(super) async fn revoke(tx: &impl ConnectionTrait, presented: &Presented, now: DateTime<Utc>) -> Result<Vec<Ended>> {
    if !presented.any() {
        return Ok(Vec::new());
    }
    let Presented { session, refresh_token } = presented;
    let hash = refresh_token.as_ref().map(|token| token_hash(token.expose_secret()));
    end_sessions(*session, hash, now).all(tx).await
}

/// Voids every access token of the user.
pub(crate) async fn bump_epoch(tx: &impl ConnectionTrait, user: UserId, now: DateTime<Utc>) -> Result<()> {
    raise_epoch(user, now).exec(tx).await?;
    Ok(())
}

/// The users whose epoch rose lately and the sessions that were ended lately: what an API process must know to refuse
/// access tokens before their time, which is `token_ttl`.
///
/// # Errors
/// When the database does not answer.
pub async fn revocations(ctx: &Ctx, token_ttl: Duration) -> Result<Revocations> {
    let within_s = token_ttl.as_secs_f64() + 60.0;
    Ok(Revocations {
        users: select_revocations(within_s).all(&ctx.db).await?,
        sessions: select_ended(within_s).all(&ctx.db).await?,
    })
}

db::statement! {
    #[expect(clippy::too_many_arguments, reason = "one for each column, and how many sessions are kept")]
    fn open_session(
        id: SessionId,
        user: UserId,
        now: DateTime<Utc>,
        expires_at: DateTime<Utc>,
        ip: Option<String>,
        user_agent: Option<String>,
        amr: Vec<String>,
        token_hash: Vec<u8>,
        keep: i64,
    ) -> bool = file "open_session.sql";

    fn end_sessions(id: Option<SessionId>, refresh_hash: Option<Vec<u8>>, now: DateTime<Utc>) -> Ended =
        file "end_sessions.sql";

    fn raise_epoch(user: UserId, now: DateTime<Utc>) =
        "update app_user set token_epoch = token_epoch + 1, epoch_changed_at = $2 where id = $1";

    fn select_revocations(within_s: f64) -> RevokedBefore =
        "select id as user_id, token_epoch as epoch from app_user
         where token_epoch > 0 and epoch_changed_at > business_now() - make_interval(secs => $1)";

    fn select_ended(within_s: f64) -> SessionId =
        "select id from session where revoked_at > business_now() - make_interval(secs => $1)";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_ends_a_week_after_its_last_renewal_and_a_month_after_its_beginning() {
        let opened = DateTime::UNIX_EPOCH;
        let day = TimeDelta::days;
        for (renewed, ends) in [(0, 7), (6, 13), (22, 29), (23, 30), (29, 30)] {
            assert_eq!(expiry(opened, opened + day(renewed)), opened + day(ends), "renewed on day {renewed}");
        }
    }
}
