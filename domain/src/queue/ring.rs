//! What the relay reads and marks: which jobs to ring.

use std::time::Duration;

use entity::JobId;
use entity::job::Queue;
use sea_orm::DatabaseTransaction;

use super::takeable;
use crate::error::Result;
use crate::{Ctx, db};

db::row! {
    /// A job to ring, and how often it was rung: together the ring's id.
    #[derive(Clone, Copy, Debug)]
    pub struct Rung {
        /// The job.
        pub id: JobId,
        /// The number of this ring, from 1.
        pub dispatch: i32,
    }
}

/// The turn to ring a queue. One at a time has it, or two would each fill the bounds.
#[derive(Debug)]
pub struct Turn {
    tx: DatabaseTransaction,
    queue: Queue,
}

impl Turn {
    /// Takes the turn. None: another process is ringing this queue right now.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn take(ctx: &Ctx, queue: Queue) -> Result<Option<Self>> {
        let tx = ctx.begin().await?;
        let mine = take_turn(queue).only(&tx).await?;
        Ok(mine.then_some(Self { tx, queue }))
    }

    /// Picks at most `limit` jobs that are due and unrung and marks them rung: in turns over
    /// organisations, no more of one organisation or cloud in progress than its queue allows, and
    /// none whose cloud is paused, and only of these `kinds`. A ring that no worker answered for `rering` is repeated.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn ring(self, limit: i64, rering: Duration, kinds: Vec<String>) -> Result<Vec<Rung>> {
        if limit <= 0 {
            return Ok(Vec::new());
        }
        let rung = ring_jobs(self.queue, limit, rering.as_secs_f64(), kinds, takeable()).all(&self.tx).await?;
        self.tx.commit().await?;
        Ok(rung)
    }
}

/// Takes back the mark of rings that did not go out, so that they are rung again at once.
///
/// # Errors
/// When the database does not answer.
pub async fn mark_lost(ctx: &Ctx, ids: &[JobId]) -> Result<()> {
    unmark(ids).exec(&ctx.db).await?;
    Ok(())
}

/// When there is something to ring.
#[derive(Clone, Debug, PartialEq)]
pub struct Due {
    /// Queues with a job that is due and unrung. Its bounds may hold it back, or a pause.
    pub queues: Vec<Queue>,
    /// How long until the next job that waits or is to be retried is due, at most the horizon.
    pub next: Duration,
}

db::row! {
    struct DueRow {
        queue: Queue,
        due: bool,
        next_s: Option<f64>,
    }
}

/// Which of these queues have something to ring, and how long until the next job that waits or is
/// to be retried is due, at most `horizon`.
///
/// # Errors
/// When the database does not answer.
pub async fn due(ctx: &Ctx, queues: &[Queue], rering: Duration, horizon: Duration) -> Result<Due> {
    let names: Vec<String> = queues.iter().map(ToString::to_string).collect();
    let rows = select_due(names, rering.as_secs_f64(), horizon.as_secs_f64()).all(&ctx.db).await?;
    let next = rows.first().and_then(|row| row.next_s).map_or(horizon, Duration::from_secs_f64);
    Ok(Due { queues: rows.iter().filter(|row| row.due).map(|row| row.queue).collect(), next })
}

db::row! {
    /// A queue as the relay needs it.
    #[derive(Clone, Copy, Debug)]
    pub struct Window {
        /// The queue.
        pub queue: Queue,
        /// Rings that may be outstanding at once: it bounds the doorbell, whose scripts fail beyond some thousands, and
        /// what stands in front of a newcomer. 0 while the queue is paused.
        pub rings: i64,
    }
}

/// Rings outstanding for each slot of the live workers: enough that none runs dry, few enough that
/// a newcomer is soon served.
pub(crate) const RINGS_PER_SLOT: i64 = 4;
/// Rings outstanding at least, whatever the slots.
pub(crate) const MIN_RINGS: i64 = 32;

/// The windows of all queues, from the slots of the workers seen in the last minute.
///
/// # Errors
/// When the database does not answer.
pub async fn windows(ctx: &Ctx) -> Result<Vec<Window>> {
    select_windows(RINGS_PER_SLOT, MIN_RINGS).all(&ctx.db).await
}

db::statement! {
    /// The mark need not survive a crash: an unanswered ring is repeated, so its commit does not wait for the disk.
    fn take_turn(queue: Queue) -> bool =
        "select pg_try_advisory_xact_lock(hashtext('ring'), hashtext($1::text))
         from set_config('synchronous_commit', 'off', true)";

    fn ring_jobs(
        queue: Queue,
        limit: i64,
        rering_s: f64,
        kinds: Vec<String>,
        takeable: Vec<String>,
    ) -> Rung = file "ring_jobs.sql";

    fn unmark(ids: &[JobId]) =
        "update job_takeable set dispatched_at = null where id = any($1)";

    fn select_due(queues: Vec<String>, rering_s: f64, horizon_s: f64) -> DueRow = file "select_due.sql";

    fn select_windows(rings_per_slot: i64, min_rings: i64) -> Window = file "select_windows.sql";
}
