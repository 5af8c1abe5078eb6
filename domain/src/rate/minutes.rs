//! What was let through and refused, by minute.

use chrono::{DateTime, Utc};
use entity::UserId;
use entity::rate_minute::RateTier;
use serde_json::{Value as Json, json};

use crate::error::Result;
use crate::{Actor, Ctx, db};

/// Senders that are shown at most.
pub const KEYS_SHOWN: i64 = 50;

/// What one process counted of one sender within a minute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// The minute's begin; by business time.
    pub at: DateTime<Utc>,
    /// What it counted against.
    pub tier: RateTier,
    /// A UUID or an address; empty for all others.
    pub key: String,
    /// Requests that were let through.
    pub allowed: u32,
    /// Requests that were refused.
    pub refused: u32,
}

db::row! {
    /// What all processes counted of one tier within a minute.
    #[derive(Clone, Debug)]
    pub struct MinuteSum {
        /// The minute's begin.
        pub at: DateTime<Utc>,
        /// What it counted against.
        pub tier: RateTier,
        /// Requests that were let through.
        pub allowed: i64,
        /// Requests that were refused.
        pub refused: i64,
    }
}

db::row! {
    /// What one sender sent within the last hour.
    #[derive(Clone, Debug)]
    pub struct TopKey {
        /// What it counted against.
        pub tier: RateTier,
        /// A UUID or an address.
        pub key: String,
        /// The user, if the sender is one.
        pub user_id: Option<UserId>,
        /// Their name.
        pub user_name: Option<String>,
        /// Their e-mail address.
        pub user_email: Option<String>,
        /// Requests that were let through.
        pub allowed: i64,
        /// Requests that were refused.
        pub refused: i64,
    }
}

/// Adds what a process counted to what others counted of the same minutes.
///
/// # Errors
/// When the database does not answer.
pub async fn record(ctx: &Ctx, seen: &[Seen]) -> Result<()> {
    let row = |seen: &Seen| {
        json!({
            "at": seen.at, "tier": seen.tier, "key": seen.key, "allowed": seen.allowed, "refused": seen.refused,
        })
    };
    upsert_minutes(seen.iter().map(row).collect()).exec(&ctx.db).await?;
    Ok(())
}

/// The minutes of the last hour in which anything was counted, the oldest first.
///
/// # Errors
/// `forbidden` for others than administrators.
pub async fn last_hour(ctx: &Ctx, actor: &Actor) -> Result<Vec<MinuteSum>> {
    actor.admin()?;
    select_minutes().all(&ctx.db).await
}

/// Who sent most within the last hour: first those who were refused most, then those who sent most.
///
/// # Errors
/// `forbidden` for others than administrators.
pub async fn top_keys(ctx: &Ctx, actor: &Actor) -> Result<Vec<TopKey>> {
    actor.admin()?;
    select_top_keys(KEYS_SHOWN).all(&ctx.db).await
}

db::statement! {
    fn upsert_minutes(seen: Json) = file "upsert_minutes.sql";

    fn select_minutes() -> MinuteSum = file "select_minutes.sql";

    fn select_top_keys(limit: i64) -> TopKey = file "select_top_keys.sql";
}
