//! Users, organisations, passwords and sessions.

mod password;
mod proven;
pub(crate) mod register;
pub(crate) mod renew;
pub(crate) mod session;
mod sign_in;
mod users;
mod whose;

pub use password::{Hasher, MIN_PASSWORD_LEN, Proof};
pub(crate) use proven::{end_others, open_proven, verify_password};
pub use register::{Registration, RegistrationMode, create_user, register};
pub use renew::{forget_successors, refresh};
pub(crate) use session::bump_epoch;
pub use session::{
    Client, Grant, Impersonation, Presented, REFRESH_TTL, Revocations, RevokedBefore, SESSION_TTL, log_out, other_user,
    revocations,
};
pub use sign_in::{SignIn, authenticate};
pub use users::{Me, RoleChange, create_admin, demote, find, me, promote, set_password};
pub use whose::user_of;
