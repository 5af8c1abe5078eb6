//! Administrators in users' places: a session of the user's that hangs on the administrator's own, for 30 minutes at
//! most. It reads unless writes were asked for, and never touches credentials, keys, members or means of payment: the
//! permissions say so (`Perm::in_anothers_place`).

mod begin;
mod leave;
mod stay;

pub use begin::{MAX_STAY, Visit, begin};
pub use leave::exit;
pub(crate) use leave::{come_back, end_of, end_with_parents};
pub use stay::{Stay, StayRow, of_user, stay};
