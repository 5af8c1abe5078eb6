//! Step-up: some acts want a person who proved lately who they are, with all that they have enrolled.

use chrono::{DateTime, TimeDelta, Utc};
use entity::SessionId;
use sea_orm::ConnectionTrait;

use crate::actor::{Actor, Proof};
use crate::error::{Error, ErrorKind, Result};
use crate::{Ctx, db};

/// For how long a proof counts; as long as a person takes to finish what they began.
pub const VERIFIED_FOR: TimeDelta = TimeDelta::minutes(10);

/// Whether a proof of that time still counts.
#[must_use]
pub fn is_fresh(verified_at: Option<DateTime<Utc>>, now: DateTime<Utc>) -> bool {
    verified_at.is_some_and(|at| now < at + VERIFIED_FOR)
}

/// Lets an actor pass whose session was verified at most ten minutes ago, as its row says in this transaction. A key
/// has proved what it can: its scope decides. The operator holds the installation itself.
///
/// # Errors
/// `step_up_required`.
pub async fn verified(ctx: &Ctx, tx: &impl ConnectionTrait, actor: &Actor) -> Result<()> {
    let Some(person) = actor.person() else {
        return Ok(());
    };
    match person.proof {
        Proof::Key(_) => Ok(()),
        Proof::Session(session) => {
            let at = select_verified(session).one(tx).await?.flatten();
            if is_fresh(at, ctx.clock.now(tx).await?) { Ok(()) } else { Err(step_up_required()) }
        }
    }
}

/// The answer to an act that wants a fresh proof.
#[must_use]
pub fn step_up_required() -> Error {
    Error::new(
        ErrorKind::Forbidden,
        "step_up_required",
        "Confirm that it is you, then do it again. Nothing was changed.",
    )
}

db::statement! {
    fn select_verified(session: SessionId) -> Option<DateTime<Utc>> =
        "select verified_at from session where id = $1 and revoked_at is null";
}
