//! Queues as operators see and steer them.

use std::time::Duration;

use entity::CloudId;
use entity::job::Queue;
use sea_orm::ConnectionTrait;
use serde_json::json;

use crate::activity::{self, Event};
use crate::error::{Error, Result};
use crate::{Actor, Ctx, EventStatus, db, text};

/// How many due jobs are counted at most; a longer line is as alarming.
const MAX_COUNTED: i64 = 100_000;

db::row! {
    /// A queue, its line and its bounds.
    #[derive(Clone, Debug)]
    pub struct QueueView {
        /// The queue.
        pub queue: Queue,
        /// Jobs that are due, in whichever of the states `queued`, `waiting` and `retry`; counted up to 100,000.
        pub due: i64,
        /// Jobs that a worker holds.
        pub running: i64,
        /// Jobs in the state `queued`; counted up to 100,000.
        pub queued: i64,
        /// Jobs in the state `waiting`: for a provider, or to be woken; counted up to 100,000.
        pub waiting: i64,
        /// Jobs in the state `retry`, before another attempt; counted up to 100,000.
        pub retrying: i64,
        /// Seconds since the first due job could have begun.
        pub oldest_due_s: Option<f64>,
        /// Jobs that the live workers can run at the same time.
        pub slots: i64,
        /// Whether nothing new is begun.
        pub paused: bool,
        /// The operator's reason for the pause.
        pub paused_reason: Option<String>,
        /// Rings outstanding at most.
        pub ring_window: i32,
        /// Jobs of one organisation in progress at most.
        pub org_running: i32,
        /// Jobs of one cloud in progress at most.
        pub cloud_running: i32,
    }
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
    select_queues(None, MAX_COUNTED).all(&ctx.db).await
}

/// One queue, for an admin.
///
/// # Errors
/// `forbidden` for others than admins.
pub async fn queue(ctx: &Ctx, actor: &Actor, queue: Queue) -> Result<QueueView> {
    actor.admin()?;
    select_queues(Some(queue), MAX_COUNTED).one(&ctx.db).await?.ok_or_else(|| Error::not_found("queue"))
}

/// New bounds of a queue; what is left out stays.
#[derive(Clone, Copy, Debug, Default)]
pub struct QueueChange {
    /// Rings outstanding at most, 1 to 2000.
    pub ring_window: Option<i32>,
    /// Jobs of one organisation in progress at most, 1 to 10,000.
    pub org_running: Option<i32>,
    /// Jobs of one cloud in progress at most, 1 to 10,000.
    pub cloud_running: Option<i32>,
}

/// Begins nothing new in a queue until [`resume_queue`]. Jobs in progress continue.
///
/// # Errors
/// A field error without a reason; `forbidden` for others than admins.
pub async fn pause_queue(ctx: &Ctx, actor: &Actor, queue: Queue, reason: &str) -> Result<QueueView> {
    let reason = text::line("/reason", reason, 1, 500)?;
    let tx = ctx.begin().await?;
    let paused = set_paused(queue, reason.as_str()).exec(&tx).await?;
    if paused == 1 {
        note(&tx, actor, "queue.pause", EventStatus::Warning, &format!("The queue {queue} was paused"), queue, &reason)
            .await?;
    }
    tx.commit().await?;
    self::queue(ctx, actor, queue).await
}

/// Resumes a paused queue. The time that it was paused is added to its jobs' deadlines.
///
/// # Errors
/// `forbidden` for others than admins.
pub async fn resume_queue(ctx: &Ctx, actor: &Actor, queue: Queue, reason: &str) -> Result<QueueView> {
    let reason = text::line("/reason", reason, 0, 500)?;
    let tx = ctx.begin().await?;
    let paused_for = set_resumed(queue).one(&tx).await?;
    if let Some(seconds) = paused_for {
        extend_queue(queue, seconds.max(0.0)).exec(&tx).await?;
        note(&tx, actor, "queue.resume", EventStatus::Info, &format!("The queue {queue} was resumed"), queue, &reason)
            .await?;
        ring(&format!("queue:{queue}")).exec(&tx).await?;
    }
    tx.commit().await?;
    self::queue(ctx, actor, queue).await
}

/// Moves the deadlines of a cloud's jobs, which could not begin for this long.
///
/// # Errors
/// When the database does not answer.
pub(crate) async fn extend_cloud(tx: &impl ConnectionTrait, cloud: CloudId, by: Duration) -> Result<()> {
    extend_of_cloud(cloud, by.as_secs_f64()).exec(tx).await?;
    Ok(())
}

/// Rings the relays of all queues, which an update of jobs alone does not.
///
/// # Errors
/// When the database does not answer.
pub(crate) async fn ring_all(tx: &impl ConnectionTrait) -> Result<()> {
    ring("").exec(tx).await?;
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
    set_bounds(queue, change.ring_window, change.org_running, change.cloud_running).exec(&tx).await?;
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
        .by(actor)
        .named("queue", queue.as_str())
        .metadata(json!({ "queue": queue.as_str(), "reason": reason }));
    activity::record(tx, event).await
}

db::statement! {
    fn select_queues(queue: Option<Queue>, counted: i64) -> QueueView =
        file "select_queues.sql",
        file "front.sql",
        "))::float8 as oldest_due_s from queue_control c where $1::text is null or c.queue = $1 order by c.queue";

    fn set_paused(queue: Queue, reason: &str) =
        "update queue_control set paused = true, paused_at = now(), paused_reason = $2
         where queue = $1 and not paused";

    /// Returns the seconds that it was paused.
    fn set_resumed(queue: Queue) -> f64 = file "set_resumed.sql";

    fn set_bounds(
        queue: Queue,
        ring_window: Option<i32>,
        org_running: Option<i32>,
        cloud_running: Option<i32>,
    ) = file "set_bounds.sql";

    fn extend_queue(queue: Queue, by_s: f64) =
        "update job_takeable set deadline_at = deadline_at + make_interval(secs => $2) where queue = $1";

    fn extend_of_cloud(cloud: CloudId, by_s: f64) =
        "update job_takeable set deadline_at = deadline_at + make_interval(secs => $2) where cloud_id = $1";

    fn ring(payload: &str) = "select pg_notify('job', $1)";
}
