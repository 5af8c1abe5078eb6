//! Retention: ended jobs move to a monthly archive.

use chrono::{DateTime, Utc};

use super::{Claim, fence};
use crate::error::Result;
use crate::{Ctx, db};

/// Jobs moved by one statement.
const BATCH: i64 = 5_000;

/// How long things are kept. Chosen so that a month's questions are answered from the tables
/// themselves, and a year's from the archive.
#[derive(Clone, Copy, Debug)]
pub struct Retention {
    /// Days that jobs stay in their tables after they succeeded.
    pub succeeded_days: i32,
    /// Days that jobs stay in their tables after they failed or were cancelled.
    pub failed_days: i32,
    /// Months that the archive keeps.
    pub archive_months: i32,
}

impl Default for Retention {
    fn default() -> Self {
        Self { succeeded_days: 7, failed_days: 30, archive_months: 13 }
    }
}

db::row! {
    /// What one batch moved.
    #[derive(Clone, Copy, Debug)]
    pub struct Moved {
        /// Jobs.
        pub jobs: i64,
        /// Lines of their timelines.
        pub steps: i64,
    }
}

/// Moves some ended jobs with their steps into the archive, and forgets their provider calls. None is left to move when
/// the answer is 0.
///
/// # Errors
/// `fenced`.
pub async fn archive_batch(ctx: &Ctx, claim: &Claim, keep: Retention) -> Result<Moved> {
    let tx = ctx.begin().await?;
    fence(&tx, claim).await?;
    for month in select_old_months(keep.succeeded_days, keep.failed_days, BATCH).all(&tx).await? {
        prepare_month(month).exec(&tx).await?;
    }
    let moved = move_old(keep.succeeded_days, keep.failed_days, BATCH).only(&tx).await?;
    tx.commit().await?;
    Ok(moved)
}

db::statement! {
    fn select_old_months(succeeded_days: i32, failed_days: i32, limit: i64) -> DateTime<Utc> =
        "select distinct date_trunc('month', finished_at, 'UTC') from job where id in (",
        file "old.sql",
        ") order by 1";

    fn prepare_month(month: DateTime<Utc>) = "select archive_prepare($1)";

    fn move_old(succeeded_days: i32, failed_days: i32, limit: i64) -> Moved =
        "with old as (",
        file "old.sql",
        file "move_old.sql";
}
