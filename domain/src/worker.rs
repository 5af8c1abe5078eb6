//! Worker processes: what each says of itself, and what operators tell it to do.

use chrono::{DateTime, Utc};
use entity::job::Queue;
use entity::worker::WorkerState;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use crate::activity::{self, Event};
use crate::error::{Error, Result};
use crate::work::known_kinds;
use crate::{Actor, Ctx, EventStatus, db, text};

/// Seconds without a report after which a worker counts as lost.
const LOST_AFTER_S: f64 = 60.0;

/// The slots of a worker process for one queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pool {
    /// The queue whose jobs it takes.
    pub queue: Queue,
    /// Jobs that it can run at the same time.
    pub slots: u32,
    /// Jobs that it runs now.
    pub busy: u32,
}

/// What a worker process says of itself every few seconds.
#[derive(Clone, Debug)]
pub struct WorkerReport<'a> {
    /// The name under which it holds leases.
    pub id: &'a str,
    /// The name of the computer that it runs on.
    pub host: &'a str,
    /// The number of its process there.
    pub pid: u32,
    /// The version of `SkyPanel` that it was built from.
    pub version: &'a str,
    /// One for each queue that it serves.
    pub pools: &'a [Pool],
    /// Its resident memory, in bytes.
    pub memory_bytes: i64,
    /// Whether it takes jobs.
    pub state: WorkerState,
}

/// Stores what a worker says of itself, and returns what it is told to do.
///
/// # Errors
/// When the database does not answer.
pub async fn report(ctx: &Ctx, report: &WorkerReport<'_>) -> Result<WorkerState> {
    let pid = i32::try_from(report.pid).unwrap_or(i32::MAX);
    let pools = serde_json::to_value(report.pools).map_err(Error::internal)?;
    upsert_worker(report.id, report.host, pid, report.version, known_kinds(), pools, report.memory_bytes, report.state)
        .only(&ctx.db)
        .await
}

/// Removes the row of a worker that ends.
///
/// # Errors
/// When the database does not answer.
pub async fn leave(ctx: &Ctx, id: &str) -> Result<()> {
    delete_worker(id).exec(&ctx.db).await?;
    Ok(())
}

db::row! {
    /// A worker as an operator sees it.
    #[derive(Clone, Debug)]
    pub struct WorkerView {
        /// The name under which it holds leases.
        pub id: String,
        /// The name of the computer that it runs on.
        pub host: String,
        /// The number of its process there.
        pub pid: i32,
        /// The version of `SkyPanel` that it was built from.
        pub version: String,
        /// Whether it takes jobs, as it last reported.
        pub state: WorkerState,
        /// What it was last told to do.
        pub wanted: WorkerState,
        /// Whether it has not reported for a minute.
        pub lost: bool,
        /// As [`WorkerView::pools`] reads them.
        #[sea_orm(from_alias = "queues")]
        pub pools: Json,
        /// Its resident memory, in bytes.
        pub memory_bytes: i64,
        /// When it first reported.
        pub started_at: DateTime<Utc>,
        /// When it last reported.
        pub seen_at: DateTime<Utc>,
        /// Kinds of open jobs that its version does not know.
        pub unknown_kinds: Vec<String>,
    }
}

impl WorkerView {
    /// One for each queue that it serves; none when a version with another form wrote them.
    #[must_use]
    pub fn pools(&self) -> Vec<Pool> {
        serde_json::from_value(self.pools.clone()).unwrap_or_default()
    }
}

/// All workers in the order in which they started, at most 1000; one that is silent for a day is removed.
///
/// # Errors
/// `forbidden` for others than administrators.
pub async fn list(ctx: &Ctx, actor: &Actor) -> Result<Vec<WorkerView>> {
    actor.admin()?;
    select_workers(LOST_AFTER_S).all(&ctx.db).await
}

/// Tells a worker what to do; its next report, within seconds, reads it.
///
/// # Errors
/// `not_found`; a field error without a reason; `forbidden` for others than administrators.
pub async fn command(ctx: &Ctx, actor: &Actor, id: &str, wanted: WorkerState, reason: &str) -> Result<WorkerView> {
    actor.admin()?;
    let reason = text::line("/reason", reason, 1, 500)?;
    let tx = ctx.begin().await?;
    if tell_worker(id, wanted).exec(&tx).await? == 0 {
        return Err(Error::not_found("worker"));
    }
    let (event, words) = match wanted {
        WorkerState::Running => ("worker.wake", "was told to take jobs again"),
        WorkerState::Quiet => ("worker.quiet", "was told to take no new jobs"),
        WorkerState::Stopping => ("worker.stop", "was told to finish its jobs and exit"),
    };
    activity::record(
        &tx,
        Event::new(event, EventStatus::Warning, format!("The worker {id} {words}"))
            .by(actor)
            .named("worker", id)
            .metadata(json!({ "worker": id, "reason": reason })),
    )
    .await?;
    tx.commit().await?;
    select_worker(LOST_AFTER_S, id).one(&ctx.db).await?.ok_or_else(|| Error::not_found("worker"))
}

/// How many workers that are not lost run each version.
///
/// # Errors
/// When the database does not answer.
pub async fn versions(ctx: &Ctx) -> Result<Vec<(String, i64)>> {
    let rows = count_versions(LOST_AFTER_S).all(&ctx.db).await?;
    Ok(rows.into_iter().map(|row| (row.version, row.count)).collect())
}

db::row! {
    struct VersionCount {
        version: String,
        count: i64,
    }
}

db::statement! {
    /// Returns what the worker was told to do.
    #[expect(clippy::too_many_arguments, reason = "one for each column")]
    fn upsert_worker(
        id: &str, host: &str, pid: i32, version: &str, kinds: Vec<String>, queues: Json, memory_bytes: i64,
        state: WorkerState,
    ) -> WorkerState = file "worker/upsert_worker.sql";

    fn delete_worker(id: &str) = "delete from worker where id = $1";

    fn select_workers(lost_after_s: f64) -> WorkerView =
        file "worker/workers.sql",
        "order by w.started_at, w.id limit 1000";

    fn select_worker(lost_after_s: f64, id: &str) -> WorkerView =
        file "worker/workers.sql",
        "where w.id = $2";

    fn tell_worker(id: &str, wanted: WorkerState) = "update worker set wanted = $2 where id = $1";

    fn count_versions(lost_after_s: f64) -> VersionCount =
        "select version, count(*) as count from worker \
         where seen_at > clock_timestamp() - make_interval(secs => $1) \
         group by version";
}
