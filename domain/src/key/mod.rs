//! API keys: a person's, for one organisation, with scopes; never more than that person there, now.

mod expiry;
mod live;
mod make;
mod nets;
mod operator;
mod report;
mod revoke;
mod rotate;
mod text;
mod view;

pub use expiry::warn_of_expiry;
pub use live::{LiveKey, Used, live, lives, mark_used};
pub use make::{MAX_LIFE, MadeKey, NewKey, make};
pub use nets::{MAX_NETS, admit, own_address_missing, read as networks, words};
pub use operator::{list as list_of_all, revoke as revoke_any};
pub use report::report;
pub(crate) use revoke::end_all_of;
pub use revoke::revoke;
pub use rotate::{MAX_OVERLAP, Rotation, rotate};
pub use text::{KeyText, PATTERN};
pub use view::{KeyView, list};
