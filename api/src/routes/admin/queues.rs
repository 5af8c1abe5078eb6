//! Queues: how much waits in them, their limits, and pausing them.

use domain::Queue;
use domain::queue::{self, QueueChange, QueueView};
use poem::web::Data;
use poem_openapi::param::Path;
use poem_openapi::{Object, OpenApi};

use crate::auth::Admin;
use crate::routes::Tag;
use crate::state::Shared;
use crate::wire::{Answer, Body, Choice, Done, List, Word};

/// A queue, how much waits in it, and its limits.
#[derive(Debug, Object)]
pub struct QueueFigures {
    /// Which queue.
    queue: Word<Queue>,
    /// Whether it is paused: no job in it begins.
    paused: bool,
    /// Why it is paused.
    #[oai(validator(max_length = 500))]
    paused_reason: Option<String>,
    /// Jobs that could begin now, whether they are queued, waiting or to be retried; counted up to 100,000.
    due: i64,
    /// Jobs that a worker is running.
    running: i64,
    /// Jobs in the state `queued`; counted up to 100,000.
    queued: i64,
    /// Jobs in the state `waiting`: for a provider, or to be woken; counted up to 100,000.
    waiting: i64,
    /// Jobs in the state `retry`, before another attempt; counted up to 100,000.
    retrying: i64,
    /// Seconds since the oldest due job could have begun.
    oldest_due_s: Option<f64>,
    /// How many jobs the live workers can run at the same time.
    slots: i64,
    /// At most so many jobs are announced to workers and not yet begun.
    window: i32,
    /// At most so many jobs of one organisation run at the same time.
    org_running: i32,
    /// At most so many jobs of one cloud run at the same time.
    cloud_running: i32,
}

impl From<QueueView> for QueueFigures {
    fn from(row: QueueView) -> Self {
        Self {
            queue: Word(row.queue),
            paused: row.paused,
            paused_reason: row.paused_reason,
            due: row.due,
            running: row.running,
            queued: row.queued,
            waiting: row.waiting,
            retrying: row.retrying,
            oldest_due_s: row.oldest_due_s,
            slots: row.slots,
            window: row.ring_window,
            org_running: row.org_running,
            cloud_running: row.cloud_running,
        }
    }
}

/// Why an operator steps in.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct Reason {
    /// The reason, which is recorded.
    #[oai(validator(max_length = 500))]
    pub reason: String,
}

/// New limits of a queue; what is left out stays as it is.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct TuneQueue {
    /// At most so many jobs are announced to workers and not yet begun.
    #[oai(validator(minimum(value = "1"), maximum(value = "2000")))]
    window: Option<i32>,
    /// At most so many jobs of one organisation run at the same time.
    #[oai(validator(minimum(value = "1"), maximum(value = "10000")))]
    org_running: Option<i32>,
    /// At most so many jobs of one cloud run at the same time.
    #[oai(validator(minimum(value = "1"), maximum(value = "10000")))]
    cloud_running: Option<i32>,
    /// The reason, which is recorded.
    #[oai(validator(max_length = 500))]
    reason: String,
}

/// Operations on queues.
pub struct QueuesApi;

#[OpenApi]
impl QueuesApi {
    /// List queues
    ///
    /// Each with what waits in it, its limits, and the slots of the live workers.
    #[oai(path = "/api/admin/queues", method = "get", operation_id = "listQueues", tag = "Tag::Admin")]
    async fn list(&self, admin: Admin, app: Data<&Shared>) -> Done<List<QueueFigures>> {
        Ok(Answer::new(List::of(queue::queues(&app.ctx, &admin.actor()).await?, QueueFigures::from)))
    }

    /// Pause a queue
    ///
    /// No job in it begins until it is resumed; running jobs continue.
    #[oai(path = "/api/admin/queues/:queue/pause", method = "post", operation_id = "pauseQueue", tag = "Tag::Admin")]
    async fn pause(
        &self,
        admin: Admin,
        app: Data<&Shared>,
        /// The queue's name.
        queue: Path<Choice<Queue>>,
        body: Body<Reason>,
    ) -> Done<QueueFigures> {
        Ok(Answer::new(queue::pause_queue(&app.ctx, &admin.actor(), queue.0.0, &body.0.reason).await?.into()))
    }

    /// Resume a paused queue
    ///
    /// Adds the time of the pause to its jobs' deadlines.
    #[oai(path = "/api/admin/queues/:queue/resume", method = "post", operation_id = "resumeQueue", tag = "Tag::Admin")]
    async fn resume(
        &self,
        admin: Admin,
        app: Data<&Shared>,
        /// The queue's name.
        queue: Path<Choice<Queue>>,
        body: Body<Reason>,
    ) -> Done<QueueFigures> {
        Ok(Answer::new(queue::resume_queue(&app.ctx, &admin.actor(), queue.0.0, &body.0.reason).await?.into()))
    }

    /// Tune a queue
    ///
    /// Changes its limits, for all workers, within seconds.
    #[oai(path = "/api/admin/queues/:queue", method = "patch", operation_id = "tuneQueue", tag = "Tag::Admin")]
    async fn tune(
        &self,
        admin: Admin,
        app: Data<&Shared>,
        /// The queue's name.
        queue: Path<Choice<Queue>>,
        body: Body<TuneQueue>,
    ) -> Done<QueueFigures> {
        let TuneQueue { window, org_running, cloud_running, reason } = body.0;
        let change = QueueChange { ring_window: window, org_running, cloud_running };
        Ok(Answer::new(queue::tune_queue(&app.ctx, &admin.actor(), queue.0.0, change, &reason).await?.into()))
    }
}
