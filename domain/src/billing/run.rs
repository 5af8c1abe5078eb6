//! Reports of the runs that charged hours.

use chrono::{DateTime, Utc};
use entity::{AnyId, JobId};
use uuid::Uuid;

use crate::error::{Error, Result};
use crate::page::{Page, PageRequest};
use crate::work::{self, Job, NewJob};
use crate::{Actor, Ctx, db};

db::row! {
    /// A run that charged hours. Its figures are those of the chunks that are done.
    #[derive(Clone, Debug)]
    pub struct ChargeRun {
        /// The job that began it.
        pub id: JobId,
        /// Hours that had begun by then were charged; by business time.
        pub tick: DateTime<Utc>,
        /// When it began, by the database's own clock.
        pub started_at: DateTime<Utc>,
        /// When its last chunk was done; none while one is not.
        pub ended_at: Option<DateTime<Utc>>,
        /// Its chunks.
        pub chunks: i64,
        /// Those that are done.
        pub chunks_done: i64,
        /// Chunks whose job failed or needs attention.
        pub chunks_failed: i64,
        /// Organisations with servers when it began.
        pub orgs: i64,
        /// Organisations that were charged.
        pub charged: i64,
        /// Organisations of chunks that are done of which nothing was due.
        pub skipped: i64,
        /// Organisations whose wallet could not pay all.
        pub in_debt: i64,
        /// Organisations of chunks that failed.
        pub failed: i64,
        /// Their servers, of all chunks.
        pub servers: i64,
        /// Hours that were charged: rows.
        pub lines: i64,
        /// What was charged in all, in micro-units.
        pub micros: i64,
        /// Seconds from its begin to the end of its last chunk so far.
        pub seconds: f64,
    }
}

/// The runs that charged hours, the newest first.
///
/// # Errors
/// A field error when the cursor is not one of ours; `forbidden` for others than administrators.
pub async fn runs(ctx: &Ctx, actor: &Actor, request: &PageRequest) -> Result<Page<ChargeRun>> {
    actor.admin()?;
    let before = request.after::<AnyId>()?.map(|id| id.0);
    let rows = select_runs(before, request.fetch()?).all(&ctx.db).await?;
    request.page(rows, |run: &ChargeRun| run.id)
}

/// One of them; none while its job has not begun.
///
/// # Errors
/// `forbidden` for others than administrators.
pub async fn run(ctx: &Ctx, actor: &Actor, id: JobId) -> Result<Option<ChargeRun>> {
    actor.admin()?;
    select_run(id).one(&ctx.db).await
}

/// Charges all hours that had begun by an instant, beside the schedule. Hours that were charged before are not charged
/// again. Returns the job.
///
/// # Errors
/// `future_tick` for an instant that is still to come; `forbidden` for others than administrators.
pub async fn charge_until(ctx: &Ctx, actor: &Actor, at: DateTime<Utc>) -> Result<JobId> {
    actor.admin()?;
    let tx = ctx.begin().await?;
    if at > ctx.clock.now(&tx).await? {
        let words = "Hours that have not begun can't be charged. Choose a moment that is not in the future.";
        return Err(Error::invalid(words));
    }
    let job = work::enqueue(ctx, &tx, NewJob::new(Job::ChargeUsage { tick: at }).by(actor)).await?;
    tx.commit().await?;
    Ok(job)
}

db::statement! {
    fn select_runs(before: Option<Uuid>, limit: i64) -> ChargeRun =
        file "run_columns.sql",
        "where $1::uuid is null or r.id < $1 group by r.id order by r.id desc limit $2";

    fn select_run(id: JobId) -> ChargeRun =
        file "run_columns.sql",
        "where r.id = $1 group by r.id";
}
