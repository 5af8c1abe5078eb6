//! The operations: one file a noun, and a folder by concern where a noun has many.
//!
//! A handler parses, authorises, calls the rules and renders. Its extractors are in the order in
//! which a request is judged: who sends it, then what it asks for.

pub mod activity;
pub mod admin;
pub mod auth;
pub mod config;
mod csv;
pub mod download;
pub mod invitations;
pub mod invoices;
pub mod jobs;
pub mod keys;
pub mod limits;
mod merged;
pub mod orgs;
pub mod payments;
pub mod payments_csv;
pub mod plans;
pub mod promo;
pub mod quote;
pub mod statement;
pub mod stream;
pub mod vps;
pub mod wallet;

use poem_openapi::{OpenApiService, Tags};

use merged::Merged;

/// The groups of operations in the document.
#[derive(Tags)]
pub enum Tag {
    /// What the pages need before a user signs in.
    Config,
    /// Registering, signing in and signing out.
    Auth,
    /// Organisations, their members and their invitations.
    Orgs,
    /// What is on sale, where, and with which operating systems.
    Plans,
    /// Ordering, reading, switching and deleting servers.
    Vps,
    /// Balance, hourly rate and statement.
    Wallet,
    /// Events, as a list and live.
    Activity,
    /// Jobs and their progress.
    Jobs,
    /// API keys, by which programs ask.
    Keys,
    /// Running the panel, for administrators only.
    Admin,
}

/// Every operation of the API.
pub type Operations = Merged<(
    config::ConfigApi,
    auth::Operations,
    orgs::Operations,
    invitations::InvitationsApi,
    plans::PlansApi,
    vps::Operations,
    (wallet::WalletApi, limits::LimitsApi, invoices::InvoicesApi, payments::PaymentsApi, promo::PromoApi),
    activity::ActivityApi,
    stream::StreamApi,
    jobs::JobsApi,
    keys::KeysApi,
    admin::Operations,
)>;

/// The operations as a service with its document.
#[must_use]
pub fn service() -> OpenApiService<Operations, ()> {
    let operations: Operations = Merged((
        config::ConfigApi,
        auth::operations(),
        orgs::operations(),
        invitations::InvitationsApi,
        plans::PlansApi,
        vps::operations(),
        (wallet::WalletApi, limits::LimitsApi, invoices::InvoicesApi, payments::PaymentsApi, promo::PromoApi),
        activity::ActivityApi,
        stream::StreamApi,
        jobs::JobsApi,
        keys::KeysApi,
        admin::operations(),
    ));
    OpenApiService::new(operations, "SkyPanel", env!("CARGO_PKG_VERSION"))
}
