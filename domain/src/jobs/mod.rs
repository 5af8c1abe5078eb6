//! Jobs: a row in `PostgreSQL` is the job; whatever rings it elsewhere is only a doorbell.
//!
//! A row is claimed under a lease with a fencing token, and every write of a worker carries that
//! token. So a job may run twice and may die at any await, but no two workers both change rows.

mod admin;
mod claim;
mod enqueue;
mod kind;
mod operate;
mod query;
mod relay;
mod settle;
mod step;

pub use admin::{AdminJob, Counts, Figures, JobFilter, QueueCount, Target, admin_get, admin_list, counts, figures};
pub use claim::{Beat, Claim, beat, claim};
pub use enqueue::{NewJob, enqueue, supersede};
pub use kind::{Job, JobSpec, MailKind};
pub use operate::{cancel, retry};
pub use query::{JobNotice, JobView, StepRow, for_vps, get, notice, open_for_vps};
pub use relay::{Rung, mark_lost, next_due, release, ring, sweep, window};
pub use settle::{Failure, abandon, cancelled, fail, retry_later, stick, succeed, wait};
pub use step::{fence, progress, record_step, record_step_with, remember};

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

/// After so many crashes a job is stuck: it takes its workers down.
pub const MAX_CRASHES: i32 = 3;
