//! Queues as operators see and steer them.

use std::time::Duration;

use entity::job::Queue;
use sea_orm::{ConnectionTrait, FromQueryResult};
use serde_json::json;

use super::pressure::FRONT;
use crate::activity::{self, Event};
use crate::error::{Error, Result};
use crate::{Actor, Ctx, EventStatus, db, text};

/// How many due jobs are counted at most; a longer line is as alarming.
const MAX_COUNTED: i64 = 100_000;

/// A queue, its line and its bounds.
#[derive(Clone, Debug, FromQueryResult)]
pub struct QueueView {
    /// The queue.
    pub queue: Queue,
    /// Due and not begun; counted up to 100,000.
    pub due: i64,
    /// Held by a worker.
    pub running: i64,
    /// To begin later: between two looks, or before another attempt.
    pub waiting: i64,
    /// Seconds since the first job in line could have begun.
    pub oldest_due_s: Option<f64>,
    /// Jobs that the live workers can run at the same time.
    pub slots: i64,
    /// Whether nothing new is begun.
    pub paused: bool,
    /// Why it is paused.
    pub paused_reason: Option<String>,
    /// Rings outstanding at most.
    pub ring_window: i32,
    /// Jobs of one organisation under way at most.
    pub org_running: i32,
    /// Jobs of one cloud under way at most.
    pub cloud_running: i32,
}

fn view(filter: &str) -> String {
    format!(
        "select c.queue, c.paused, c.paused_reason, c.ring_window, c.org_running, c.cloud_running, \
           (select count(*) from (select from job j where j.queue = c.queue and j.state in ('queued', 'waiting', 'retry') and j.run_at <= now() limit {MAX_COUNTED}) d) as due, \
           (select count(*) from (select from job j where j.queue = c.queue and j.state in ('waiting', 'retry') and j.run_at > now() limit {MAX_COUNTED}) w) as waiting, \
           (select count(*) from job j where j.queue = c.queue and j.state = 'running') as running, \
           extract(epoch from now() - {FRONT})::float8 as oldest_due_s, \
           coalesce((select sum((q->>'slots')::int) from worker w cross join jsonb_array_elements(w.queues) q \
                     where w.seen_at > clock_timestamp() - interval '1 minute' and w.state = 'running' and q->>'queue' = c.queue), 0)::bigint as slots \
         from queue_control c {filter} order by c.queue"
    )
}

/// All queues, for an administrator.
///
/// # Errors
/// `forbidden` for others than administrators.
pub async fn queues(ctx: &Ctx, actor: &Actor) -> Result<Vec<QueueView>> {
    actor.admin()?;
    all_queues(ctx).await
}

/// All queues, for the platform's own gauges.
///
/// # Errors
/// When the database does not answer.
pub async fn all_queues(ctx: &Ctx) -> Result<Vec<QueueView>> {
    db::all(&ctx.db, db::sql(view(""), [])).await
}

/// One queue, for an admin.
///
/// # Errors
/// `forbidden` for others than admins.
pub async fn queue(ctx: &Ctx, actor: &Actor, queue: Queue) -> Result<QueueView> {
    actor.admin()?;
    db::one(&ctx.db, db::sql(view("where c.queue = $1"), [queue.into()]))
        .await?
        .ok_or_else(|| Error::not_found("queue"))
}

/// New bounds of a queue; what is left out stays.
#[derive(Clone, Copy, Debug, Default)]
pub struct QueueChange {
    /// Rings outstanding at most, 1 to 2000.
    pub ring_window: Option<i32>,
    /// Jobs of one organisation under way at most, 1 to 10,000.
    pub org_running: Option<i32>,
    /// Jobs of one cloud under way at most, 1 to 10,000.
    pub cloud_running: Option<i32>,
}

/// Begins nothing new in a queue until [`resume_queue`]. What runs goes on.
///
/// # Errors
/// A field error without a reason; `forbidden` for others than admins.
pub async fn pause_queue(ctx: &Ctx, actor: &Actor, queue: Queue, reason: &str) -> Result<QueueView> {
    let reason = text::line("/reason", reason, 1, 500)?;
    let tx = ctx.begin().await?;
    let paused = db::exec(
        &tx,
        db::sql(
            "update queue_control set paused = true, paused_at = now(), paused_reason = $2 where queue = $1 and not paused",
            [queue.into(), reason.clone().into()],
        ),
    )
    .await?;
    if paused == 1 {
        note(&tx, actor, "queue.pause", EventStatus::Warning, &format!("The queue {queue} was paused"), queue, &reason)
            .await?;
    }
    tx.commit().await?;
    self::queue(ctx, actor, queue).await
}

/// Lets a paused queue go on. The time that it was paused is added to its jobs' deadlines.
///
/// # Errors
/// `forbidden` for others than admins.
pub async fn resume_queue(ctx: &Ctx, actor: &Actor, queue: Queue, reason: &str) -> Result<QueueView> {
    let reason = text::line("/reason", reason, 0, 500)?;
    let tx = ctx.begin().await?;
    let paused_for: Option<f64> = db::scalar(
        &tx,
        db::sql(
            "with was as (select queue, paused_at from queue_control where queue = $1 and paused for update) \
             update queue_control c set paused = false, paused_at = null, paused_reason = null from was where c.queue = was.queue \
             returning extract(epoch from now() - coalesce(was.paused_at, now()))::float8",
            [queue.into()],
        ),
    )
    .await?;
    if let Some(seconds) = paused_for {
        extend(&tx, "queue = $1", queue.into(), Duration::from_secs_f64(seconds.max(0.0))).await?;
        note(&tx, actor, "queue.resume", EventStatus::Info, &format!("The queue {queue} goes on"), queue, &reason)
            .await?;
        db::exec(&tx, db::sql("select pg_notify('job', $1)", [format!("queue:{queue}").into()])).await?;
    }
    tx.commit().await?;
    self::queue(ctx, actor, queue).await
}

/// Moves the deadlines of jobs that could not begin for so long.
pub(crate) async fn extend(tx: &impl ConnectionTrait, which: &str, value: sea_orm::Value, by: Duration) -> Result<()> {
    db::exec(
        tx,
        db::sql(
            format!("update job set deadline_at = deadline_at + make_interval(secs => $2) where {which} and state in ('queued', 'waiting', 'retry')"),
            [value, by.as_secs_f64().into()],
        ),
    )
    .await?;
    Ok(())
}

/// Sets a queue's bounds.
///
/// # Errors
/// Field errors; `forbidden` for others than admins.
pub async fn tune_queue(
    ctx: &Ctx,
    actor: &Actor,
    queue: Queue,
    change: QueueChange,
    reason: &str,
) -> Result<QueueView> {
    actor.admin()?;
    let reason = text::line("/reason", reason, 0, 500)?;
    check("/window", change.ring_window, 2_000)?;
    check("/org_running", change.org_running, 10_000)?;
    check("/cloud_running", change.cloud_running, 10_000)?;
    let tx = ctx.begin().await?;
    db::exec(
        &tx,
        db::sql(
            "update queue_control set ring_window = coalesce($2, ring_window), org_running = coalesce($3, org_running), cloud_running = coalesce($4, cloud_running) where queue = $1",
            [queue.into(), change.ring_window.into(), change.org_running.into(), change.cloud_running.into()],
        ),
    )
    .await?;
    note(
        &tx,
        actor,
        "queue.tune",
        EventStatus::Info,
        &format!("The bounds of the queue {queue} were changed"),
        queue,
        &reason,
    )
    .await?;
    tx.commit().await?;
    self::queue(ctx, actor, queue).await
}

fn check(pointer: &str, value: Option<i32>, max: i32) -> Result<()> {
    match value {
        Some(value) if !(1..=max).contains(&value) => Err(Error::field(pointer, format!("choose 1 to {max}"))),
        _ => Ok(()),
    }
}

async fn note(
    tx: &impl ConnectionTrait,
    actor: &Actor,
    event: &'static str,
    status: EventStatus,
    words: &str,
    queue: Queue,
    reason: &str,
) -> Result<()> {
    actor.admin()?;
    let event = Event::new(event, status, words)
        .actor(actor.user())
        .metadata(json!({ "queue": queue.as_str(), "reason": reason }));
    activity::record(tx, event).await
}
