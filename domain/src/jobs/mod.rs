//! Jobs: a row in `PostgreSQL` is the job; whatever rings it elsewhere is only a doorbell.
//!
//! A row is claimed under a lease with a fencing token, and every write of a worker carries that
//! token. So a job may run twice and may die at any await, but no two workers both change rows.

mod admin;
mod archive;
mod bulk;
mod calls;
mod claim;
mod control;
mod enqueue;
mod kind;
mod operate;
mod pressure;
mod query;
mod ring;
mod settle;
mod stats;
mod step;
mod sweep;

pub use admin::{AdminJob, Counts, JobFilter, Target, admin_get, admin_list, attention, counts, stuck};
pub use archive::{Moved, Retention, archive_batch, drop_old};
pub use bulk::{Bulk, BulkPreview, bulk, bulk_preview, bulk_start, bulk_step};
pub use calls::{CallRow, NewCall, keep_calls};
pub use claim::{Beat, Claim, beat, beat_many, claim, claim_many};
pub(crate) use control::extend;
pub use control::{QueueChange, QueueView, all_queues, pause_queue, queue, queues, resume_queue, tune_queue};
pub use enqueue::{NewJob, admit, enqueue, enqueue_many, supersede};
pub use kind::{Job, JobSpec, MAX_PROBE_SLEEP_MS, MailKind, STEPS, steps_of};
pub use operate::{cancel, discard, retry};
pub use pressure::Pressure;
pub use query::{JobNotice, JobView, StepRow, for_vps, get, notice, open_for_vps};
pub use ring::{Due, Rung, Turn, Window, due, mark_lost, windows};
pub use settle::{Failure, abandon, cancelled, fail, retry_later, stick, succeed, succeed_many, wait};
pub use stats::{RunEnd, Span, StatFigures, StatFilter, Statistics, Tally, statistics};
pub use step::{fence, progress, record_step, record_step_with, remember};
pub use sweep::{give_up, release, sweep};

use entity::job::JobState;

/// Times that rule leases; all by `PostgreSQL`'s own clock.
#[derive(Clone, Copy, Debug)]
pub struct LeaseTimes {
    /// A claim holds for so long unless it is renewed.
    pub lease: std::time::Duration,
    /// A worker renews this often.
    pub beat: std::time::Duration,
    /// A ring that nobody answered is repeated after this.
    pub rering: std::time::Duration,
    /// Lapsed leases are looked for this often.
    pub sweep: std::time::Duration,
}

impl Default for LeaseTimes {
    fn default() -> Self {
        use std::time::Duration;
        Self {
            lease: Duration::from_secs(30),
            beat: Duration::from_secs(10),
            rering: Duration::from_secs(15),
            sweep: Duration::from_secs(5),
        }
    }
}

/// The states of jobs that may be taken once they are due, as a statement's value.
fn takeable() -> sea_orm::Value {
    [JobState::Queued, JobState::Waiting, JobState::Retry].map(|state| state.to_string()).to_vec().into()
}

/// After so many crashes a job is stuck: it takes its workers down.
pub const MAX_CRASHES: i32 = 3;
