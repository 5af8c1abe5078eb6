//! Resetting a user's factors, for who has lost them all. An administrator's request waits a day, so that the user
//! hears of it first and can stop it by signing in as ever. The operator at the command line may do it at once.

use chrono::{DateTime, TimeDelta, Utc};
use entity::UserId;
use sea_orm::ConnectionTrait;
use serde_json::json;

use crate::activity::{self, Event};
use crate::error::{Error, Result};
use crate::mail::Mail;
use crate::queue::{self, Claim};
use crate::{Actor, Ctx, EventStatus, access, db, identity, mail, text};

/// How long a reset waits.
pub const RESET_AFTER: TimeDelta = TimeDelta::hours(24);
/// Resets that one run of the job does; the next run takes the rest.
const BATCH: i64 = 100;

db::row! {
    /// A reset that waits for its time.
    #[derive(Clone, Copy, Debug)]
    pub struct PendingReset {
        /// When it was asked for; by business time.
        pub requested_at: DateTime<Utc>,
        /// When it is done unless the user signs in with a factor before; by business time.
        pub due_at: DateTime<Utc>,
    }
}

/// Asks for a reset. The user is told by mail at once, and the reset is done a day later. Asked again while it waits,
/// nothing changes: the first time counts.
///
/// # Errors
/// `forbidden` for others than administrators; `step_up_required`; `not_found`; `no_factor`; a field error for the
/// reason.
pub async fn request_reset(ctx: &Ctx, actor: &Actor, user: UserId, reason: &str) -> Result<PendingReset> {
    let by = actor.admin()?;
    let reason = text::line("/reason", reason, 1, 500)?;
    let tx = ctx.begin().await?;
    access::verified(ctx, &tx, actor).await?;
    let now = ctx.clock.now(&tx).await?;
    lock_user(user).one(&tx).await?.ok_or_else(|| Error::not_found("user"))?;
    if !super::enrolled(ctx, &tx, user).await?.any() {
        return Err(no_factor());
    }
    if let Some(pending) = pending(&tx, user).await? {
        return Ok(pending);
    }
    let due_at = now + RESET_AFTER;
    insert_reset(user, by, reason, now, due_at).exec(&tx).await?;
    let event = Event::new("auth.factor_reset_requested", EventStatus::Warning, "Reset of second factors requested");
    activity::record(&tx, event.by(actor).entity("user", user).metadata(json!({ "due_at": due_at }))).await?;
    mail::send(ctx, &tx, Mail::FactorResetRequested { user }).await?;
    tx.commit().await?;
    Ok(PendingReset { requested_at: now, due_at })
}

/// Resets a user's factors at once and ends their sessions. For the command line.
///
/// # Errors
/// `forbidden` for others than the operator; `not_found`; `no_factor`.
pub async fn reset_now(ctx: &Ctx, actor: &Actor, user: UserId) -> Result<()> {
    if !matches!(actor, Actor::Operator) {
        return Err(Error::forbidden());
    }
    let tx = ctx.begin().await?;
    let now = ctx.clock.now(&tx).await?;
    if !super::enrolled(ctx, &tx, user).await?.any() {
        return Err(no_factor());
    }
    carry_out(ctx, &tx, user, now).await?;
    tx.commit().await?;
    Ok(())
}

/// Does the resets whose time has come. Ends the job. Returns how many were done.
///
/// # Errors
/// `fenced`.
pub async fn reset_due(ctx: &Ctx, claim: &Claim) -> Result<usize> {
    let tx = ctx.begin().await?;
    queue::fence(&tx, claim).await?;
    let now = ctx.clock.now(&tx).await?;
    let due = lock_due(now, BATCH).all(&tx).await?;
    for user in &due {
        carry_out(ctx, &tx, *user, now).await?;
    }
    queue::succeed(&tx, claim, None).await?;
    tx.commit().await?;
    Ok(due.len())
}

/// The user showed a factor, so none is lost: a reset that waits is void.
pub(super) async fn cancel(tx: &impl ConnectionTrait, user: UserId) -> Result<()> {
    if delete_reset(user).exec(tx).await? == 0 {
        return Ok(());
    }
    let words = "Reset of second factors cancelled: the user showed one";
    let event = Event::new("auth.factor_reset_cancelled", EventStatus::Info, words).actor(user);
    activity::record(tx, event.entity("user", user)).await
}

pub(super) async fn pending(db: &impl ConnectionTrait, user: UserId) -> Result<Option<PendingReset>> {
    select_pending(user).one(db).await
}

async fn carry_out(ctx: &Ctx, tx: &impl ConnectionTrait, user: UserId, now: DateTime<Utc>) -> Result<()> {
    forget(tx, user).await?;
    identity::end_others(tx, user, None, now).await?;
    let words = "Second factors reset; all sessions ended";
    activity::record(tx, Event::new("auth.factor_reset", EventStatus::Warning, words).entity("user", user)).await?;
    mail::send(ctx, tx, Mail::FactorResetDone { user }).await?;
    Ok(())
}

/// Removes every second factor of a user, and what waits to.
pub(crate) async fn forget(tx: &impl ConnectionTrait, user: UserId) -> Result<()> {
    delete_reset(user).exec(tx).await?;
    delete_app(user).exec(tx).await?;
    delete_passkeys(user).exec(tx).await?;
    delete_codes(user).exec(tx).await?;
    Ok(())
}

fn no_factor() -> Error {
    Error::conflict("no_factor", "This user has no second factor. There is nothing to reset.")
}

db::statement! {
    fn lock_user(user: UserId) -> UserId =
        "select id from app_user where id = $1 and deleted_at is null for no key update";

    fn insert_reset(
        user: UserId,
        by: Option<UserId>,
        reason: String,
        now: DateTime<Utc>,
        due_at: DateTime<Utc>,
    ) = "insert into factor_reset (user_id, requested_by, reason, requested_at, due_at) values ($1, $2, $3, $4, $5)";

    fn select_pending(user: UserId) -> PendingReset =
        "select requested_at, due_at from factor_reset where user_id = $1";

    fn lock_due(now: DateTime<Utc>, limit: i64) -> UserId =
        "select user_id from factor_reset where due_at <= $1 order by due_at limit $2 for update skip locked";

    fn delete_reset(user: UserId) = "delete from factor_reset where user_id = $1";

    fn delete_app(user: UserId) = "delete from totp where user_id = $1";

    fn delete_passkeys(user: UserId) = "delete from passkey where user_id = $1";

    fn delete_codes(user: UserId) = "delete from recovery_code where user_id = $1";
}
