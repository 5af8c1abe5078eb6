//! Servers: ordering, using and deleting them, and what jobs write about them.

mod actions;
mod create;
mod effects;
mod lost;
mod query;
mod reopen;
mod status;

pub use actions::{act, delete, rename};
pub use create::{NewVps, Ordered, create};
pub use effects::{
    Seen, Task, begin_provision, fail_order, mark_gone, mark_power, mark_running, may_be_in_creation, save_reference,
    task,
};
pub(crate) use lost::mark_lost;
pub use query::{VpsCost, VpsFilter, VpsView, cost, get, list, list_sql};
pub use reopen::{drop_order, keep_after_all, reopen_delete, reopen_order, require_alive};
pub use status::{VpsEvent, apply};
