//! The worker processes: who they are, what they can do, and what operators tell them.

use chrono::{DateTime, Utc};
use entity::job::{Queue, WorkerState};
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::activity::{self, Event};
use crate::error::{Error, Result};
use crate::jobs::Job;
use crate::{Actor, Ctx, EventStatus, db, text};

/// A worker that was not seen for so long is taken for lost, in seconds.
const LOST_AFTER_S: i32 = 60;

/// A pool of a worker process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pool {
    /// The queue that it serves.
    pub queue: Queue,
    /// Jobs that it can run at the same time.
    pub slots: u32,
    /// Jobs that it runs.
    pub busy: u32,
}

/// What a worker process says of itself.
#[derive(Clone, Debug)]
pub struct Report<'a> {
    /// Its name: it holds leases under it.
    pub id: &'a str,
    /// The computer it runs on.
    pub host: &'a str,
    /// Its process there.
    pub pid: u32,
    /// The version of `SkyPanel`.
    pub version: &'a str,
    /// Its pools.
    pub pools: &'a [Pool],
    /// Its resident memory, in bytes.
    pub memory_bytes: i64,
    /// What it does.
    pub state: WorkerState,
}

/// Writes down a worker and hears what it is to do.
///
/// # Errors
/// When the database does not answer.
pub async fn report(ctx: &Ctx, report: &Report<'_>) -> Result<WorkerState> {
    let wanted: Option<WorkerState> = db::scalar(
        &ctx.db,
        db::sql(
            "insert into worker (id, host, pid, version, kinds, queues, memory_bytes, state) values ($1, $2, $3, $4, $5, $6, $7, $8) \
             on conflict (id) do update set queues = excluded.queues, memory_bytes = excluded.memory_bytes, state = excluded.state, seen_at = clock_timestamp() \
             returning wanted",
            [
                report.id.into(),
                report.host.into(),
                i32::try_from(report.pid).unwrap_or(i32::MAX).into(),
                report.version.into(),
                Job::known_kinds().into(),
                serde_json::to_value(report.pools).map_err(Error::internal)?.into(),
                report.memory_bytes.into(),
                report.state.into(),
            ],
        ),
    )
    .await?;
    Ok(wanted.unwrap_or(WorkerState::Running))
}

/// Strikes a worker off that ends.
///
/// # Errors
/// When the database does not answer.
pub async fn leave(ctx: &Ctx, id: &str) -> Result<()> {
    db::exec(&ctx.db, db::sql("delete from worker where id = $1", [id.into()])).await?;
    Ok(())
}

/// A worker as an operator sees it.
#[derive(Clone, Debug, FromQueryResult)]
pub struct WorkerView {
    /// Its name.
    pub id: String,
    /// The computer it runs on.
    pub host: String,
    /// Its process there.
    pub pid: i32,
    /// The version of `SkyPanel`.
    pub version: String,
    /// What it does.
    pub state: WorkerState,
    /// What it was told to do.
    pub wanted: WorkerState,
    /// It has not been seen for a minute.
    pub lost: bool,
    /// Its pools.
    #[sea_orm(from_alias = "queues")]
    pub pools: serde_json::Value,
    /// Its resident memory, in bytes.
    pub memory_bytes: i64,
    /// When it started.
    pub started_at: DateTime<Utc>,
    /// When it was last seen.
    pub seen_at: DateTime<Utc>,
    /// Kinds of open jobs that its version does not know.
    pub unknown_kinds: Vec<String>,
}

impl WorkerView {
    /// Its pools.
    #[must_use]
    pub fn pools(&self) -> Vec<Pool> {
        serde_json::from_value(self.pools.clone()).unwrap_or_default()
    }
}

/// Kinds of jobs in line are few; a scan that leaps from kind to kind is not worth its SQL, so a
/// bounded part of the line is read.
fn view(filter: &str) -> String {
    format!(
        "with open as (select distinct kind from (select kind from job where state in ('queued', 'waiting', 'retry') limit 100000) o) \
         select w.id, w.host, w.pid, w.version, w.state, w.wanted, w.seen_at < clock_timestamp() - interval '{LOST_AFTER_S} seconds' as lost, w.queues, \
                w.memory_bytes, w.started_at, w.seen_at, \
                coalesce((select array_agg(o.kind order by o.kind) from open o where o.kind <> all(w.kinds)), '{{}}') as unknown_kinds \
         from worker w {filter} order by w.started_at, w.id limit 1000"
    )
}

/// All workers seen within a day.
///
/// # Errors
/// `forbidden` for others than admins.
pub async fn list(ctx: &Ctx, actor: &Actor) -> Result<Vec<WorkerView>> {
    actor.admin()?;
    db::all(&ctx.db, db::sql(view(""), [])).await
}

/// Tells a worker what to do; it hears it within seconds.
///
/// # Errors
/// `not_found`; a field error without a reason; `forbidden` for others than admins.
pub async fn command(ctx: &Ctx, actor: &Actor, id: &str, wanted: WorkerState, reason: &str) -> Result<WorkerView> {
    actor.admin()?;
    let reason = text::line("/reason", reason, 1, 500)?;
    let tx = ctx.begin().await?;
    let told =
        db::exec(&tx, db::sql("update worker set wanted = $2 where id = $1", [id.into(), wanted.into()])).await?;
    if told == 0 {
        return Err(Error::not_found("worker"));
    }
    let (event, words) = match wanted {
        WorkerState::Running => ("worker.wake", "was told to take jobs again"),
        WorkerState::Quiet => ("worker.quiet", "was told to take no new jobs"),
        WorkerState::Stopping => ("worker.stop", "was told to finish its jobs and end"),
    };
    activity::record(
        &tx,
        Event::new(event, EventStatus::Warning, format!("The worker {id} {words}"))
            .actor(actor.user())
            .metadata(json!({ "worker": id, "reason": reason })),
    )
    .await?;
    tx.commit().await?;
    db::one(&ctx.db, db::sql(view("where w.id = $1"), [id.into()])).await?.ok_or_else(|| Error::not_found("worker"))
}

/// How many live workers run each version.
///
/// # Errors
/// When the database does not answer.
pub async fn versions(ctx: &Ctx) -> Result<Vec<(String, i64)>> {
    #[derive(FromQueryResult)]
    struct Row {
        version: String,
        count: i64,
    }
    let rows: Vec<Row> = db::all(
        &ctx.db,
        db::sql(
            "select version, count(*) as count from worker where seen_at > clock_timestamp() - make_interval(secs => $1) group by version",
            [f64::from(LOST_AFTER_S).into()],
        ),
    )
    .await?;
    Ok(rows.into_iter().map(|row| (row.version, row.count)).collect())
}
