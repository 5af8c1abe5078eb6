//! Clouds: connected accounts of suppliers. Their tokens, what they sell, what all workers share about each (its pause
//! and its limits), and which machines exist there. A request never calls a provider: what is read here was stored by a
//! job.

mod account;
mod brake;
mod budget;
mod catalog;
mod connect;
mod credentials;
mod epoch;
mod machine;
mod pause;
mod price_change;
mod read;
mod reconcile;
mod remove;
mod sync;
mod validate;
mod watch;

pub use account::{is_its_account, meet_account};
pub use brake::{Brakes, HeldFinding, Release, brakes, release};
pub use budget::{Bucket, BudgetView, block, budgets, note_remaining, take};
pub use catalog::{CloudCatalog, CloudImage, CloudOffer, CloudRegion, CloudType, read_catalog};
pub use connect::{CloudChange, Connected, NewCloud, change, connect};
pub use credentials::{Credentials, credentials, credentials_to_validate};
pub use epoch::{Epoch, EpochState, begin_mark, end_mark, forget_marks, fresh_mark, is_mark, judge_epoch, mark_tag};
pub use machine::{Machine, Sighting, listing_begins};
pub use pause::{pause, pause_for_credentials, resume};
pub(crate) use pause::{resume_after_validation, revalidate};
pub use read::{CloudView, get, list};
pub use reconcile::{Orphan, Patience, Sights, orphan_deleted, reconcile, reconcile_all, unlisted};
pub use remove::remove;
pub use sync::{request_sync, store_catalog, sync_all};
pub use validate::{mark_invalid, mark_valid};
pub use watch::{Watched, end_watch, store_machines, watch};
