//! Users, organisations, passwords and sessions.

mod address;
mod change_password;
mod password;
mod profile;
mod proven;
pub(crate) mod register;
pub(crate) mod renew;
mod reset;
pub(crate) mod session;
mod sessions;
mod sign_in;
mod users;
mod whose;

pub use address::{ask_to_change, ask_to_verify, confirm_address, undo_change, verified_email};
pub use change_password::{change_password, own_address};
pub use password::{Hasher, MIN_PASSWORD_LEN, Proof};
pub use profile::{ProfileChanges, change_profile};
pub(crate) use proven::{end_others, enter, has_password, open_proven, verify_password};
pub use register::{Registration, RegistrationMode, create_user, register};
pub use renew::{forget_successors, refresh};
pub use reset::{ask_reset, reset_password};
pub(crate) use session::bump_epoch;
pub use session::{
    Client, Grant, Impersonation, Presented, REFRESH_TTL, Revocations, RevokedBefore, SESSION_TTL, log_out, other_user,
    revocations,
};
pub use sessions::{MAX_SESSIONS, SessionView, end_session, end_sessions, sessions};
pub(crate) use sessions::{end_all, end_one};
pub use sign_in::{SignIn, authenticate};
pub use users::{Me, RoleChange, create_admin, demote, find, me, promote, set_password};
pub use whose::user_of;
