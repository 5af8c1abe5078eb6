//! Users, as administrators see and change them. What users do with their own account stands in `identity`.

mod change;
mod create;
mod list;
mod view;

pub use change::{disable, enable, end_session, end_sessions, set_role};
pub use create::{NewUser, create, create_organisation};
pub use list::{UserFilter, UserRow, UserSort, list};
pub use view::{Place, Refused, SignedIn, UserView, get};
