//! Registering, signing in and out: one file a concern.

mod factors;
mod impersonation;
mod model;
mod register;
mod second;
mod session;
mod token;
mod verify;

pub use factors::FactorReset;
pub(crate) use model::signed_in;
pub use model::{Me, Organisation, User};

/// The operations that register users and manage sessions.
pub type Operations = (
    register::RegisterApi,
    session::SessionApi,
    second::SecondApi,
    verify::VerifyApi,
    factors::FactorsApi,
    token::TokenApi,
    impersonation::ImpersonationApi,
);

/// All of them.
#[must_use]
pub fn operations() -> Operations {
    (
        register::RegisterApi,
        session::SessionApi,
        second::SecondApi,
        verify::VerifyApi,
        factors::FactorsApi,
        token::TokenApi,
        impersonation::ImpersonationApi,
    )
}
