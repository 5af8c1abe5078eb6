//! Who may do what: one table of permissions and roles, which gates, documents, pages and tests read.

mod behalf;
mod confirm;
mod membership;
mod perm;
mod role;
mod step_up;

pub use behalf::on_behalf;
pub use confirm::confirm;
pub use membership::{MAX_MEMBERSHIPS, Membership, memberships, role_in};
pub use perm::{Perm, Perms};
pub use role::{Limits, perms_of, role_of};
pub use step_up::{VERIFIED_FOR, is_fresh, step_up_required, verified};
