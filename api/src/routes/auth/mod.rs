//! Registering, signing in and out: one file a concern.

mod model;
mod register;
mod session;
mod token;

pub use model::{Me, Organisation, User};

/// The operations that register users and manage sessions.
pub type Operations = (register::RegisterApi, session::SessionApi, token::TokenApi);

/// All of them.
#[must_use]
pub fn operations() -> Operations {
    (register::RegisterApi, session::SessionApi, token::TokenApi)
}
