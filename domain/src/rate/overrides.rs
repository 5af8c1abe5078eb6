//! What single users may send instead of what their tier allows.

use chrono::{DateTime, TimeDelta, Utc};
use entity::UserId;
use serde_json::json;

use crate::activity::{self, Event};
use crate::error::{Error, Result};
use crate::{Actor, Ctx, EventStatus, db, text};

/// Overrides that can stand at the same time.
pub const MAX_OVERRIDES: i64 = 1_000;
/// How far ahead one may expire, in days.
const MAX_DAYS: i64 = 366;

db::row! {
    /// A user's own limit.
    #[derive(Clone, Debug)]
    pub struct Override {
        /// Whose limit it is.
        pub user_id: UserId,
        /// Their name.
        pub user_name: String,
        /// Their e-mail address.
        pub user_email: String,
        /// Requests per window.
        pub max: i32,
        /// The window in seconds.
        pub window_s: i32,
        /// Why.
        pub reason: String,
        /// From when on the tier's limit holds again.
        pub expires_at: DateTime<Utc>,
        /// Who set it; none for the command line.
        pub set_by: Option<UserId>,
        /// Their name.
        pub set_by_name: Option<String>,
        /// When it was set.
        pub set_at: DateTime<Utc>,
    }
}

db::row! {
    /// An override as the limiter reads it.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Standing {
        /// Whose limit it is.
        pub user_id: UserId,
        /// Requests per window, at least 1.
        pub max: i32,
        /// The window in seconds, at least 1.
        pub window_s: i32,
        /// From when on it no longer holds; by business time.
        pub expires_at: DateTime<Utc>,
    }
}

/// What a user's own limit is to be.
#[derive(Clone, Debug)]
pub struct Change {
    /// Requests per window, 1 to 1,000,000.
    pub max: i32,
    /// The window in seconds, 1 to 86,400.
    pub window_s: i32,
    /// Why.
    pub reason: String,
    /// From when on the tier's limit holds again.
    pub expires_at: DateTime<Utc>,
}

/// The overrides that stand, those first that expire first.
///
/// # Errors
/// `forbidden` for others than administrators.
pub async fn overrides(ctx: &Ctx, actor: &Actor) -> Result<Vec<Override>> {
    actor.admin()?;
    select_overrides(None, MAX_OVERRIDES).all(&ctx.db).await
}

/// The overrides that stand, for the limiter.
///
/// # Errors
/// When the database does not answer.
pub async fn standing(ctx: &Ctx) -> Result<Vec<Standing>> {
    select_standing(MAX_OVERRIDES).all(&ctx.db).await
}

/// Gives a user a limit of their own, in place of an earlier one. It holds in every process within 30 seconds.
///
/// # Errors
/// Field errors; `not_found`; `too_many_overrides`; `forbidden` for others than administrators.
pub async fn put(ctx: &Ctx, actor: &Actor, user: UserId, change: &Change) -> Result<Override> {
    actor.admin()?;
    let reason = text::line("/reason", &change.reason, 1, 500)?;
    between("/max", change.max, 1_000_000)?;
    between("/window_s", change.window_s, 86_400)?;
    let tx = ctx.begin().await?;
    let now = ctx.clock.now(&tx).await?;
    if change.expires_at <= now || change.expires_at > now + TimeDelta::days(MAX_DAYS) {
        return Err(Error::field("/expires_at", format!("must lie ahead, by at most {MAX_DAYS} days")));
    }
    lock_user(user).one(&tx).await?.ok_or_else(|| Error::not_found("user"))?;
    delete_expired().exec(&tx).await?;
    let Change { max, window_s, expires_at, .. } = *change;
    if upsert_override(user, max, window_s, reason.clone(), expires_at, actor.user(), now, MAX_OVERRIDES)
        .exec(&tx)
        .await?
        == 0
    {
        let words = format!("At most {MAX_OVERRIDES} users can have a limit of their own. Lift one first.");
        return Err(Error::conflict("too_many_overrides", words));
    }
    let metadata = json!({ "max": max, "window_s": window_s, "expires_at": expires_at, "reason": reason });
    let event = Event::new("rate.override", EventStatus::Info, "A user was given a request limit of their own");
    activity::record(&tx, event.by(actor).entity("user", user).metadata(metadata)).await?;
    let written = select_overrides(Some(user), 1).only(&tx).await?;
    tx.commit().await?;
    Ok(written)
}

/// Takes a user's own limit away: their tier's holds again, in every process within 30 seconds.
///
/// # Errors
/// A field error without a reason; `not_found` for a user without one; `forbidden` for others than administrators.
pub async fn lift(ctx: &Ctx, actor: &Actor, user: UserId, reason: &str) -> Result<()> {
    actor.admin()?;
    let reason = text::line("/reason", reason, 1, 500)?;
    let tx = ctx.begin().await?;
    if delete_override(user).exec(&tx).await? == 0 {
        return Err(Error::not_found("limit of this user’s own"));
    }
    let event = Event::new("rate.lift", EventStatus::Info, "A user’s own request limit was lifted");
    let event = event.by(actor).entity("user", user).metadata(json!({ "reason": reason }));
    activity::record(&tx, event).await?;
    tx.commit().await?;
    Ok(())
}

fn between(pointer: &'static str, number: i32, most: i32) -> Result<()> {
    if (1..=most).contains(&number) {
        return Ok(());
    }
    Err(Error::field(pointer, format!("must be from 1 to {most}")))
}

db::statement! {
    fn select_overrides(user: Option<UserId>, limit: i64) -> Override = file "select_overrides.sql";

    fn select_standing(limit: i64) -> Standing =
        "select user_id, max, window_s, expires_at from rate_override
         where expires_at > business_now() order by expires_at desc limit $1";

    fn lock_user(user: UserId) -> UserId = "select id from app_user where id = $1 and deleted_at is null for key share";

    fn delete_expired() = "delete from rate_override where expires_at <= business_now()";

    #[expect(clippy::too_many_arguments, reason = "one for each column")]
    fn upsert_override(
        user: UserId,
        max: i32,
        window_s: i32,
        reason: String,
        expires_at: DateTime<Utc>,
        by: Option<UserId>,
        at: DateTime<Utc>,
        limit: i64,
    ) = file "upsert_override.sql";

    fn delete_override(user: UserId) = "delete from rate_override where user_id = $1 and expires_at > business_now()";
}
