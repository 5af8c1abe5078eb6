//! Token buckets in the database: every worker takes from the same ones, so that all together
//! stay below what the provider allows.

use std::time::Duration;

use chrono::{DateTime, Utc};
use entity::CloudId;

use crate::error::Result;
use crate::{Actor, Ctx, db};

/// A bucket as the provider's limit defines it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bucket {
    /// The class of calls that the provider counts together.
    pub name: &'static str,
    /// Calls that may be made at once.
    pub capacity: f64,
    /// Calls by which it fills in a second.
    pub per_s: f64,
    /// Calls left over for those who may take them: deletions.
    pub reserve: f64,
}

db::row! {
    struct Taken {
        granted: bool,
        wait_s: f64,
    }
}

/// Takes one call from a bucket, or says how long to wait for one: 0.05 to 900 seconds.
///
/// # Errors
/// When the database does not answer.
pub async fn take(ctx: &Ctx, cloud: CloudId, bucket: Bucket) -> Result<Option<Duration>> {
    let Bucket { name, capacity, per_s, reserve } = bucket;
    let taken = take_token(cloud, name, capacity, per_s, reserve).only(&ctx.db).await?;
    Ok((!taken.granted).then(|| Duration::from_secs_f64(taken.wait_s.clamp(0.05, 900.0))))
}

/// The provider refused a call: nothing more is taken from this bucket for so long.
///
/// # Errors
/// When the database does not answer.
pub async fn block(ctx: &Ctx, cloud: CloudId, bucket: &str, pause: Duration) -> Result<()> {
    block_bucket(cloud, bucket, pause.as_secs_f64()).exec(&ctx.db).await?;
    Ok(())
}

/// The provider said how many calls are left: ours are never more. Others may use the same token.
///
/// # Errors
/// When the database does not answer.
pub async fn note_remaining(ctx: &Ctx, cloud: CloudId, bucket: &str, remaining: i32) -> Result<()> {
    set_remaining(cloud, bucket, remaining).exec(&ctx.db).await?;
    Ok(())
}

db::row! {
    /// A bucket as an operator sees it.
    #[derive(Clone, Debug)]
    pub struct BudgetView {
        /// The cloud whose calls it counts.
        pub cloud: CloudId,
        /// The class of calls.
        pub bucket: String,
        /// Calls that may be made at once.
        pub capacity: f64,
        /// Calls by which it fills in a second.
        pub per_s: f64,
        /// Calls that may be made now.
        pub tokens: f64,
        /// Calls left as the provider last said it.
        pub remaining: Option<i32>,
        /// Until when the provider refuses calls, if it does.
        pub blocked_until: Option<DateTime<Utc>>,
    }
}

/// The buckets of these clouds that were used so far, by cloud.
///
/// # Errors
/// `forbidden` for others than administrators.
pub async fn budgets(ctx: &Ctx, actor: &Actor, clouds: &[CloudId]) -> Result<Vec<BudgetView>> {
    actor.admin()?;
    select_budgets(clouds).all(&ctx.db).await
}

db::statement! {
    fn take_token(cloud: CloudId, bucket: &str, capacity: f64, per_s: f64, reserve: f64) -> Taken =
        file "take_token.sql";

    fn block_bucket(cloud: CloudId, bucket: &str, pause_s: f64) = file "block_bucket.sql";

    fn set_remaining(cloud: CloudId, bucket: &str, remaining: i32) = file "set_remaining.sql";

    fn select_budgets(clouds: &[CloudId]) -> BudgetView = file "select_budgets.sql";
}
