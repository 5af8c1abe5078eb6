//! Clouds: connected accounts of suppliers. Their tokens, what they sell, what all workers share about each (its pause
//! and its limits), and which machines exist there. A request never calls a provider: what is read here was stored by a
//! job.

mod budget;
mod connect;
mod credentials;
mod pause;
mod read;
mod reconcile;
mod sync;
mod validate;
mod watch;

pub use budget::{Bucket, BudgetView, block, budgets, said, take};
pub use connect::{CloudChange, Connected, NewCloud, change, connect, remove, request_sync};
pub use credentials::{Credentials, credentials};
pub use pause::{pause, pause_for_credentials, resume};
pub(crate) use pause::{resume_after_validation, revalidate};
pub use read::{CloudView, get, list};
pub use reconcile::{Orphan, Patience, Reconciled, orphan_deleted, reconcile, reconcile_all};
pub use sync::{SyncedCatalog, SyncedImage, SyncedRegion, SyncedType, store};
pub use validate::{mark_invalid, mark_valid};
pub use watch::{Look, Machine, Sighting, end_watch, keep_look, look_begins, watch};
