//! Users, organisations, passwords and sessions.

mod password;
mod register;
mod session;
mod users;

pub use password::{Hasher, MIN_PASSWORD_LEN};
pub use register::{Registration, register};
pub use session::{
    Client, Grant, REFRESH_TTL, RevokedBefore, authenticate, log_out, open_session, refresh, revocations,
};
pub use users::{Me, create_admin, me, promote, set_password};
