//! Work: the kinds of job and what each means, on top of the queue, which knows no kind.
//!
//! A kind is one row of [`KINDS`]; one [`verdict`] says what may be asked of a job, for single actions, for bulk
//! requests and for the buttons of a page alike.

mod act;
mod admin;
mod bulk;
mod claim;
mod counts;
mod declare;
mod enqueue;
mod filter;
mod kind;
mod kinds;
mod settle;
mod statistics;
mod verdict;
mod view;
mod waits;

pub use act::{cancel, discard, retry};
pub use admin::{AdminJob, Target, admin_get, admin_list};
pub use bulk::{Bulk, BulkPreview, bulk, bulk_preview, bulk_start, bulk_step};
pub use claim::{Claimed, claim, claim_many};
pub use counts::{Counts, Matches, attention, counts, counts_of, stuck};
pub use enqueue::{NewJob, admit, enqueue, enqueue_many, supersede};
pub(crate) use enqueue::{hurry, open_of};
pub use filter::{JobFilter, MAX_NAMED};
pub use kind::{Cancel, Ends, Kind, Subject, TakeUp, UnreadableJob, known_kinds, steps_of};
pub use kinds::{Job, KINDS, MAX_PROBE_SLEEP_MS};
pub use settle::{Outcome, Settlement, settle};
pub use statistics::{Time, statistics};
pub(crate) use verdict::PASSWORD_GONE;
pub use verdict::{Action, Refusal, Request, Standing, Verdict, verdict};
pub(crate) use view::OpenJob;
pub use view::{JobView, for_vps, get};
pub use waits::{Wait, WaitReason};
