//! Users, organisations, passwords and sessions.

mod address;
mod change_password;
mod password;
mod profile;
mod register;
mod renew;
mod reset;
mod session;
mod sessions;
mod sign_in;
mod users;

pub use address::{ask_to_change, ask_to_verify, confirm_address, undo_change, verified_email};
pub use change_password::{change_password, own_address};
pub use password::{Hasher, MIN_PASSWORD_LEN, Proof};
pub use profile::{ProfileChanges, change_profile};
pub use register::{Registration, create_user, register};
pub use renew::{forget_successors, refresh};
pub use reset::{ask_reset, reset_password};
pub use session::{
    Client, Grant, Impersonation, Presented, REFRESH_TTL, Revocations, RevokedBefore, SESSION_TTL, log_out, other_user,
    revocations,
};
pub use sessions::{MAX_SESSIONS, SessionView, end_session, end_sessions, end_sessions_of, sessions, sessions_of};
pub use sign_in::authenticate;
pub use users::{Me, RoleChange, create_admin, demote, me, promote, set_password};
