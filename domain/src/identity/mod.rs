//! Users, organisations, passwords and sessions.

mod password;
mod register;
mod renew;
mod session;
mod sign_in;
mod users;
mod whose;

pub use password::{Hasher, MIN_PASSWORD_LEN, Proof};
pub use register::{Registration, create_user, register};
pub use renew::{forget_successors, refresh};
pub use session::{
    Client, Grant, Impersonation, Presented, REFRESH_TTL, Revocations, RevokedBefore, SESSION_TTL, log_out, other_user,
    revocations,
};
pub use sign_in::authenticate;
pub use users::{Me, RoleChange, create_admin, demote, me, promote, set_password};
pub use whose::user_of;
