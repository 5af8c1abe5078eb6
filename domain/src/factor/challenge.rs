//! Challenges: asked once, answered once, by the session or the sign-in that they were given to.

use chrono::{DateTime, TimeDelta, Utc};
use entity::challenge::{self, ChallengeKind};
use entity::{ChallengeId, SessionId, UserId};
use sea_orm::{ActiveModelTrait as _, ConnectionTrait, Set};
use serde_json::Value as Json;

use super::CHALLENGE_TTL;
use crate::error::{Error, Result};
use crate::{Ctx, db};

/// Codes that may be tried in one challenge.
pub const MAX_TRIES: i32 = 5;

/// What is asked, and of whom.
pub(crate) struct New {
    pub(crate) kind: ChallengeKind,
    pub(crate) user: Option<UserId>,
    pub(crate) session: Option<SessionId>,
    pub(crate) parent: Option<ChallengeId>,
    pub(crate) state: Option<Json>,
    pub(crate) secret_sealed: Option<Vec<u8>>,
    /// What comes back from an issuer, and the cookie of the browser that left for it.
    pub(crate) way: Option<Way>,
    pub(crate) minutes: i64,
}

/// By what the answer of an issuer is found: hashes of two secrets.
pub(crate) struct Way {
    pub(crate) state_hash: Vec<u8>,
    pub(crate) browser_hash: Vec<u8>,
}

impl New {
    /// Of anybody, for five minutes.
    pub(crate) fn of(kind: ChallengeKind) -> Self {
        let minutes = i64::try_from(CHALLENGE_TTL.as_secs() / 60).unwrap_or(0);
        Self { kind, user: None, session: None, parent: None, state: None, secret_sealed: None, way: None, minutes }
    }
}

db::row! {
    /// A challenge that is being answered.
    pub(crate) struct Open {
        pub(crate) user_id: Option<UserId>,
        pub(crate) parent_id: Option<ChallengeId>,
        pub(crate) state: Option<Json>,
        pub(crate) secret_sealed: Option<Vec<u8>>,
        pub(crate) tries: i32,
    }
}

/// Writes a challenge and says until when it may be answered. A session has one of a kind: the one before is void.
pub(crate) async fn ask(
    ctx: &Ctx,
    tx: &impl ConnectionTrait,
    new: New,
    now: DateTime<Utc>,
) -> Result<(ChallengeId, DateTime<Utc>)> {
    let New { kind, user, session, parent, state, secret_sealed, way, minutes } = new;
    let (state_hash, browser_hash) = way.map(|way| (way.state_hash, way.browser_hash)).unzip();
    if let Some(session) = session {
        delete_former(session, kind).exec(tx).await?;
    }
    let id: ChallengeId = ctx.chance.id(now);
    let expires_at = now + TimeDelta::minutes(minutes);
    let row = challenge::ActiveModel {
        id: Set(id),
        kind: Set(kind),
        user_id: Set(user),
        session_id: Set(session),
        parent_id: Set(parent),
        state: Set(state),
        secret_sealed: Set(secret_sealed),
        tries: Set(0),
        created_at: Set(now),
        expires_at: Set(expires_at),
        state_hash: Set(state_hash),
        browser_hash: Set(browser_hash),
    };
    row.insert(tx).await?;
    Ok((id, expires_at))
}

/// Counts a try. The challenge is locked until the transaction ends, which must be committed whatever comes of it.
///
/// # Errors
/// `challenge_over`.
pub(crate) async fn try_code(
    tx: &impl ConnectionTrait,
    id: ChallengeId,
    kind: ChallengeKind,
    session: Option<SessionId>,
    now: DateTime<Utc>,
) -> Result<Open> {
    count_try(id, kind, session, now, MAX_TRIES).one(tx).await?.ok_or_else(over)
}

/// Takes a challenge, which is then spent.
///
/// # Errors
/// `challenge_over`.
pub(crate) async fn take(
    tx: &impl ConnectionTrait,
    id: ChallengeId,
    kind: ChallengeKind,
    session: Option<SessionId>,
    now: DateTime<Utc>,
) -> Result<Open> {
    delete_open(id, kind, session, now).one(tx).await?.ok_or_else(over)
}

/// Forgets a challenge that was answered.
pub(crate) async fn forget(tx: &impl ConnectionTrait, id: ChallengeId) -> Result<()> {
    delete_one(id).exec(tx).await?;
    Ok(())
}

db::row! {
    /// A sign-in that wants a second factor.
    pub(crate) struct Waiting {
        pub(crate) user_id: UserId,
        pub(crate) expires_at: DateTime<Utc>,
    }
}

/// Whose sign-in it is that wants a second factor, while it may be completed.
pub(crate) async fn sign_in_of(db: &impl ConnectionTrait, id: ChallengeId, now: DateTime<Utc>) -> Result<Waiting> {
    select_waiting(id, now).one(db).await?.ok_or_else(over)
}

/// The challenge was answered, was tried too often or is too old, or belongs to others.
#[must_use]
pub fn over() -> Error {
    Error::conflict(
        "challenge_over",
        "This took too long, was tried too often or was done already. Nothing was changed. Start again.",
    )
}

db::statement! {
    fn delete_former(session: SessionId, kind: ChallengeKind) =
        "delete from challenge where session_id = $1 and kind = $2";

    fn count_try(
        id: ChallengeId,
        kind: ChallengeKind,
        session: Option<SessionId>,
        now: DateTime<Utc>,
        most: i32,
    ) -> Open = file "count_try.sql";

    fn delete_open(id: ChallengeId, kind: ChallengeKind, session: Option<SessionId>, now: DateTime<Utc>) -> Open =
        file "delete_open.sql";

    fn delete_one(id: ChallengeId) = "delete from challenge where id = $1";

    fn select_waiting(id: ChallengeId, now: DateTime<Utc>) -> Waiting =
        "select user_id, expires_at from challenge
         where id = $1 and kind = 'sign_in' and user_id is not null and expires_at > $2";
}
