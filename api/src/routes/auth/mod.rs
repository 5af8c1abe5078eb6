//! Registering, signing in and out: one file a concern.

mod impersonation;
mod model;
mod register;
mod session;
mod token;

pub(crate) use model::signed_in;
pub use model::{Me, Organisation, User};

/// The operations that register users and manage sessions.
pub type Operations = (register::RegisterApi, session::SessionApi, token::TokenApi, impersonation::ImpersonationApi);

/// All of them.
#[must_use]
pub fn operations() -> Operations {
    (register::RegisterApi, session::SessionApi, token::TokenApi, impersonation::ImpersonationApi)
}
