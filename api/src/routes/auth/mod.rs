//! Registering, signing in and out: one file a concern.

mod email;
mod factors;
mod identities;
mod impersonation;
mod model;
pub mod oidc;
mod password;
mod person;
mod profile;
mod register;
mod second;
mod session;
pub mod sessions;
mod token;
mod verify;

pub use factors::FactorReset;
pub(crate) use model::signed_in;
pub use model::{Me, Organisation, User};
pub use person::ErasedAccount;

/// The operations that register users, and those on their own accounts.
pub type Operations = (
    register::RegisterApi,
    session::SessionApi,
    second::SecondApi,
    verify::VerifyApi,
    factors::FactorsApi,
    oidc::OidcApi,
    identities::IdentitiesApi,
    token::TokenApi,
    impersonation::ImpersonationApi,
    email::EmailApi,
    password::PasswordApi,
    sessions::SessionsApi,
    profile::ProfileApi,
    person::PersonApi,
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
        oidc::OidcApi,
        identities::IdentitiesApi,
        token::TokenApi,
        impersonation::ImpersonationApi,
        email::EmailApi,
        password::PasswordApi,
        sessions::SessionsApi,
        profile::ProfileApi,
        person::PersonApi,
    )
}
