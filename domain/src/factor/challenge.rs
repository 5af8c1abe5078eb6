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
pub(super) struct New {
    pub(super) kind: ChallengeKind,
    pub(super) user: Option<UserId>,
    pub(super) session: Option<SessionId>,
    pub(super) parent: Option<ChallengeId>,
    pub(super) state: Option<Json>,
    pub(super) secret_sealed: Option<Vec<u8>>,
    pub(super) minutes: i64,
}

impl New {
    /// Of anybody, for five minutes.
    pub(super) fn of(kind: ChallengeKind) -> Self {
        let minutes = i64::try_from(CHALLENGE_TTL.as_secs() / 60).unwrap_or(0);
        Self { kind, user: None, session: None, parent: None, state: None, secret_sealed: None, minutes }
    }
}

db::row! {
    /// A challenge that is being answered.
    pub(super) struct Open {
        pub(super) user_id: Option<UserId>,
        pub(super) parent_id: Option<ChallengeId>,
        pub(super) state: Option<Json>,
        pub(super) secret_sealed: Option<Vec<u8>>,
        pub(super) tries: i32,
    }
}

/// Writes a challenge and says until when it may be answered. A session has one of a kind: the one before is void.
pub(super) async fn ask(
    ctx: &Ctx,
    tx: &impl ConnectionTrait,
    new: New,
    now: DateTime<Utc>,
) -> Result<(ChallengeId, DateTime<Utc>)> {
    let New { kind, user, session, parent, state, secret_sealed, minutes } = new;
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
    };
    row.insert(tx).await?;
    Ok((id, expires_at))
}

/// Counts a try. The challenge is locked until the transaction ends, which must be committed whatever comes of it.
///
/// # Errors
/// `challenge_over`.
pub(super) async fn try_code(
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
pub(super) async fn take(
    tx: &impl ConnectionTrait,
    id: ChallengeId,
    kind: ChallengeKind,
    session: Option<SessionId>,
    now: DateTime<Utc>,
) -> Result<Open> {
    delete_open(id, kind, session, now).one(tx).await?.ok_or_else(over)
}

/// Forgets a challenge that was answered.
pub(super) async fn forget(tx: &impl ConnectionTrait, id: ChallengeId) -> Result<()> {
    delete_one(id).exec(tx).await?;
    Ok(())
}

/// The user whose sign-in by password it is, while it may be completed.
pub(super) async fn sign_in_of(db: &impl ConnectionTrait, id: ChallengeId, now: DateTime<Utc>) -> Result<UserId> {
    select_user(id, now).one(db).await?.ok_or_else(over)
}

/// The challenge was answered, was tried too often or is too old, or belongs to others.
pub(super) fn over() -> Error {
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

    fn select_user(id: ChallengeId, now: DateTime<Utc>) -> UserId =
        "select user_id from challenge
         where id = $1 and kind = 'sign_in' and user_id is not null and expires_at > $2";
}
