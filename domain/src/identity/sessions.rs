//! Where a user is signed in: the list, and ending a part of it.

use chrono::{DateTime, Utc};
use entity::{SessionId, UserId};
use sea_orm::ConnectionTrait;

use crate::activity::{self, Event};
use crate::error::{Error, Result};
use crate::mail::{Device, device};
use crate::{Actor, Ctx, EventStatus, Proof, db};

/// Sessions that a user has at most; the oldest ends when one more is opened.
pub const MAX_SESSIONS: i64 = 20;

db::row! {
    /// A session as its user sees it.
    #[derive(Clone, Debug)]
    pub struct SessionView {
        /// Its id.
        pub id: SessionId,
        /// When it was opened; by business time.
        pub created_at: DateTime<Utc>,
        /// When it was last renewed; by business time.
        pub seen_at: DateTime<Utc>,
        /// When it ends unless it is renewed; by business time.
        pub expires_at: DateTime<Utc>,
        /// Where it was opened.
        pub ip: Option<String>,
        /// What opened it, as it said of itself. Shown only as [`SessionView::device`].
        pub user_agent: Option<String>,
        /// How the user proved who they are, in the words of RFC 8176.
        pub amr: Vec<String>,
        /// An administrator acts in the user's place.
        pub impersonated: bool,
    }
}

impl SessionView {
    /// What opened it, in our words.
    #[must_use]
    pub fn device(&self) -> Device {
        device(self.user_agent.as_deref())
    }
}

/// The user and the session of an actor in what concerns their own account.
pub(super) fn own_session(actor: &Actor) -> Result<(UserId, SessionId)> {
    let user = actor.own()?;
    match actor.person().map(|person| person.proof) {
        Some(Proof::Session(session)) => Ok((user, session)),
        _ => Err(Error::forbidden()),
    }
}

/// The actor's sessions, the last seen first.
///
/// # Errors
/// `forbidden` for all but a user themself.
pub async fn sessions(ctx: &Ctx, actor: &Actor) -> Result<Vec<SessionView>> {
    list(ctx, actor.own()?).await
}

async fn list(ctx: &Ctx, user: UserId) -> Result<Vec<SessionView>> {
    let now = ctx.clock.now(&ctx.db).await?;
    select_sessions(user, now, MAX_SESSIONS + 80).all(&ctx.db).await
}

/// Ends one of the actor's sessions, the present one too. Its tokens are void within seconds.
///
/// # Errors
/// `not_found` for one that is not theirs, or has ended; `forbidden` for all but a user themself.
pub async fn end_session(ctx: &Ctx, actor: &Actor, session: SessionId) -> Result<()> {
    let user = actor.own()?;
    let tx = ctx.begin().await?;
    let now = ctx.clock.now(&tx).await?;
    end_one(&tx, user, session, now).await?;
    let event = Event::new("auth.session_ended", EventStatus::Info, "A session was ended from another one");
    activity::record(&tx, event.by(actor).entity("user", user)).await?;
    tx.commit().await?;
    Ok(())
}

/// Ends the actor's other sessions, or all of them.
///
/// # Errors
/// `forbidden` for all but a user themself.
pub async fn end_sessions(ctx: &Ctx, actor: &Actor, this_too: bool) -> Result<()> {
    let (user, session) = own_session(actor)?;
    let tx = ctx.begin().await?;
    let now = ctx.clock.now(&tx).await?;
    end_others(&tx, user, Some(session).filter(|_| !this_too), now).await?;
    let words = if this_too { "All sessions were ended" } else { "All other sessions were ended" };
    let event = Event::new("auth.sessions_ended", EventStatus::Info, words).by(actor).entity("user", user);
    activity::record(&tx, event).await?;
    tx.commit().await?;
    Ok(())
}

/// Ends one session of a user, in the caller's transaction; none that has ended.
///
/// # Errors
/// `not_found` for one that is not theirs, or has ended.
pub(crate) async fn end_one(
    tx: &impl ConnectionTrait,
    user: UserId,
    session: SessionId,
    now: DateTime<Utc>,
) -> Result<()> {
    match revoke_one(user, session, now).exec(tx).await? {
        0 => Err(Error::not_found("session")),
        _ => Ok(()),
    }
}

/// Ends a user's sessions but the one to keep, in the caller's transaction.
pub(crate) async fn end_others(
    tx: &impl ConnectionTrait,
    user: UserId,
    keep: Option<SessionId>,
    now: DateTime<Utc>,
) -> Result<()> {
    revoke_others(user, keep, now).exec(tx).await?;
    Ok(())
}

/// Ends every session of a user, in the caller's transaction.
pub(crate) async fn end_all(tx: &impl ConnectionTrait, user: UserId, now: DateTime<Utc>) -> Result<()> {
    end_others(tx, user, None, now).await
}

db::statement! {
    fn select_sessions(user: UserId, now: DateTime<Utc>, limit: i64) -> SessionView = file "select_sessions.sql";

    fn revoke_one(user: UserId, session: SessionId, now: DateTime<Utc>) =
        "update session set revoked_at = $3, successor_sealed = null, successor_until = null
         where user_id = $1 and id = $2 and revoked_at is null and expires_at > $3";

    fn revoke_others(user: UserId, keep: Option<SessionId>, now: DateTime<Utc>) =
        "update session set revoked_at = $3, successor_sealed = null, successor_until = null
         where user_id = $1 and revoked_at is null and id is distinct from $2::uuid";
}
