//! Servers: ordering, using and deleting them, and what jobs write about them.
//!
//! `status.rs` is the table of a server's life; `locked.rs` is the only writer of a status.

mod admin;
mod change;
mod cost;
mod create;
mod delete;
mod fail;
mod funds;
mod locked;
mod lost;
mod power;
mod provision;
mod quota;
mod reopen;
mod secret;
mod ssh_key;
mod status;
mod task;
mod used_keys;
mod view;

pub use admin::{AdminVps, AdminVpsFilter, VpsSort, admin_get, admin_list};
pub use change::{MAX_NOTES, MAX_TAGS, VpsChanges, change};
pub use cost::{VpsCost, cost};
pub use create::{NewVps, Ordered, create, quote};
pub use delete::{cancel_deletion, delete, mark_gone, may_be_in_creation, reopen_deletion};
pub use fail::{PASSWORD_REFUSED, SSH_KEY_REFUSED, drop_order, fail_order};
pub(crate) use funds::{delete_all, start_again, stop_all};
pub use lost::found_while_deleting;
pub(crate) use lost::{mark_lost, mark_seen};
pub use power::{act, mark_power, require_alive};
pub use provision::{Counterpart, begin_provision, mark_running, save_reference};
pub use quota::quota;
pub use reopen::reopen_order;
pub use ssh_key::SshKey;
pub use task::{Task, task};
pub use used_keys::{UsedKey, used_keys};
pub use view::{VpsFilter, VpsView, get, list, list_sql};
