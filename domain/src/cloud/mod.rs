//! What all workers share about an account at a provider: its pause, its limits, and what stands
//! there.

mod budget;
mod finding;
mod pause;
mod sight;

pub use budget::{Bucket, BudgetView, block, budgets, said, take};
pub use finding::{Orphan, Patience, Reconciled, orphan_deleted, reconcile, reconcile_all};
pub use pause::{pause, pause_for_credentials, resume};
pub(crate) use pause::{resume_after_validation, revalidate};
pub use sight::{Look, Machine, end_watch, keep_look, look_begins, watch};
