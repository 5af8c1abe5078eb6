//! Queues: their lines, their bounds, and their pause.

use domain::Queue;
use domain::queue::{self, QueueChange, QueueView};
use poem::web::Data;
use poem_openapi::param::Path;
use poem_openapi::{Object, OpenApi};

use crate::auth::Admin;
use crate::routes::Tag;
use crate::state::Shared;
use crate::wire::{Answer, Body, Choice, Done, List, Word};

/// A queue, its line and its bounds.
#[derive(Debug, Object)]
pub struct QueueFigures {
    /// The queue.
    queue: Word<Queue>,
    /// Whether nothing new is begun.
    paused: bool,
    /// Why it is paused.
    #[oai(validator(max_length = 500))]
    paused_reason: Option<String>,
    /// Due and not begun; counted up to 100,000.
    due: i64,
    /// Held by a worker.
    running: i64,
    /// To begin later.
    waiting: i64,
    /// Seconds since the first job in line could have begun.
    oldest_due_s: Option<f64>,
    /// Jobs that the live workers can run at the same time.
    slots: i64,
    /// Rings outstanding at most.
    window: i32,
    /// Jobs of one organisation under way at most.
    org_running: i32,
    /// Jobs of one cloud under way at most.
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
            waiting: row.waiting,
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
    /// The reason, for the record.
    #[oai(validator(max_length = 500))]
    pub reason: String,
}

/// New bounds of a queue; what is left out stays.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct TuneQueue {
    /// Rings outstanding at most.
    #[oai(validator(minimum(value = "1"), maximum(value = "2000")))]
    window: Option<i32>,
    /// Jobs of one organisation under way at most.
    #[oai(validator(minimum(value = "1"), maximum(value = "10000")))]
    org_running: Option<i32>,
    /// Jobs of one cloud under way at most.
    #[oai(validator(minimum(value = "1"), maximum(value = "10000")))]
    cloud_running: Option<i32>,
    /// The reason, for the record.
    #[oai(validator(max_length = 500))]
    reason: String,
}

/// Operations on queues.
pub struct QueuesApi;

#[OpenApi]
impl QueuesApi {
    /// List queues
    ///
    /// Each with its line, its bounds, and the slots of the live workers.
    #[oai(path = "/api/admin/queues", method = "get", operation_id = "listQueues", tag = "Tag::Admin")]
    async fn list(&self, admin: Admin, app: Data<&Shared>) -> Done<List<QueueFigures>> {
        Ok(Answer::new(List::of(queue::queues(&app.ctx, &admin.actor()).await?, QueueFigures::from)))
    }

    /// Pause a queue
    ///
    /// Nothing new is begun in it until it goes on; what runs goes on.
    #[oai(path = "/api/admin/queues/:queue/pause", method = "post", operation_id = "pauseQueue", tag = "Tag::Admin")]
    async fn pause(
        &self,
        admin: Admin,
        app: Data<&Shared>,
        /// The queue.
        queue: Path<Choice<Queue>>,
        body: Body<Reason>,
    ) -> Done<QueueFigures> {
        Ok(Answer::new(queue::pause_queue(&app.ctx, &admin.actor(), queue.0.0, &body.0.reason).await?.into()))
    }

    /// Let a paused queue go on
    ///
    /// The time that it was paused is added to its jobs' deadlines.
    #[oai(path = "/api/admin/queues/:queue/resume", method = "post", operation_id = "resumeQueue", tag = "Tag::Admin")]
    async fn resume(
        &self,
        admin: Admin,
        app: Data<&Shared>,
        /// The queue.
        queue: Path<Choice<Queue>>,
        body: Body<Reason>,
    ) -> Done<QueueFigures> {
        Ok(Answer::new(queue::resume_queue(&app.ctx, &admin.actor(), queue.0.0, &body.0.reason).await?.into()))
    }

    /// Tune a queue
    ///
    /// Changes its bounds, for all workers, within seconds.
    #[oai(path = "/api/admin/queues/:queue", method = "patch", operation_id = "tuneQueue", tag = "Tag::Admin")]
    async fn tune(
        &self,
        admin: Admin,
        app: Data<&Shared>,
        /// The queue.
        queue: Path<Choice<Queue>>,
        body: Body<TuneQueue>,
    ) -> Done<QueueFigures> {
        let TuneQueue { window, org_running, cloud_running, reason } = body.0;
        let change = QueueChange { ring_window: window, org_running, cloud_running };
        Ok(Answer::new(queue::tune_queue(&app.ctx, &admin.actor(), queue.0.0, change, &reason).await?.into()))
    }
}
