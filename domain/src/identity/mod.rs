//! Users, organisations, passwords and sessions.

mod password;
mod register;
mod session;
mod users;

pub use password::{Hasher, MIN_PASSWORD_LEN};
pub use register::{Registration, create_user, register};
pub use session::{Client, Grant, REFRESH_TTL, RevokedBefore, authenticate, log_out, refresh, revocations};
pub use users::{Me, create_admin, me, promote, set_password};
