//! Registering, signing in and out: one file a concern.

mod email;
mod model;
mod password;
mod profile;
mod register;
mod session;
pub mod sessions;
mod token;

pub use model::{Me, Organisation, User};

/// The operations that register users, and those on their own accounts.
pub type Operations = (
    register::RegisterApi,
    session::SessionApi,
    token::TokenApi,
    email::EmailApi,
    password::PasswordApi,
    sessions::SessionsApi,
    profile::ProfileApi,
);

/// All of them.
#[must_use]
pub fn operations() -> Operations {
    (
        register::RegisterApi,
        session::SessionApi,
        token::TokenApi,
        email::EmailApi,
        password::PasswordApi,
        sessions::SessionsApi,
        profile::ProfileApi,
    )
}
