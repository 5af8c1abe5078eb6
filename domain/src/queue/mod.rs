//! The queue: a row in `PostgreSQL` is the job; whatever rings it elsewhere is only a doorbell.
//!
//! A row is claimed under a lease with a fencing token, and every write of a worker carries that token. So a job may
//! run
//! twice and may die at any await, but no two workers both change rows. Nothing here knows a kind of job: what a kind
//! means stands in [`crate::work`].

mod archive;
mod calls;
mod claim;
mod control;
mod enqueue;
mod lease;
mod notice;
mod pressure;
mod ring;
mod settle;
mod statistics;
mod step;
mod stretch;
mod sweep;

pub use archive::{Moved, Retention, archive_batch};
pub(crate) use calls::calls_of;
pub use calls::{CallRow, NewCall, keep_calls};
pub use claim::{Claim, claim_many};
pub use control::{QueueChange, QueueView, all_queues, pause_queue, queue, queues, resume_queue, tune_queue};
pub(crate) use control::{extend_cloud, ring_all};
pub use enqueue::NewRow;
pub(crate) use enqueue::{insert, is_full, too_many};
pub use lease::{Beat, LeaseTimes, abandon, beat, beat_many, release};
pub use notice::{JobNotice, notice};
pub use pressure::Pressure;
pub use ring::{Due, Rung, Turn, Window, due, mark_lost, windows};
pub(crate) use ring::{MIN_RINGS, RINGS_PER_SLOT};
pub use settle::{Failure, cancelled, fail, retry_later, stick, succeed, succeed_many, wait};
pub(crate) use statistics::statistics;
pub use statistics::{RunEnd, RunTally, StatFigures, StatFilter, Statistics};
pub use step::{StepRow, archived_steps, fence, progress, record_step, record_step_with, remember, steps_of};
pub use stretch::{Span, Stretch};
pub use sweep::{give_up, sweep};

/// After this many crashes a job is stuck: it takes its workers down.
pub const MAX_CRASHES: i32 = 3;

/// The states of jobs that may be taken once they are due, as a statement's value: no plan can then take an index of
/// all that is due for one row (docs/queue.md).
fn takeable() -> Vec<String> {
    use entity::job::JobState;
    [JobState::Queued, JobState::Waiting, JobState::Retry].map(|state| state.to_string()).to_vec()
}
