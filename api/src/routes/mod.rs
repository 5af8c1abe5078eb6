//! The operations: one file a noun.
//!
//! A handler parses, authorises, calls the rules and renders. Its extractors stand in the order
//! in which a request is judged: who asks, then what for.

pub mod activity;
pub mod admin;
pub mod auth;
pub mod config;
pub mod jobs;
pub mod plans;
pub mod stream;
pub mod vps;
pub mod wallet;

use poem_openapi::{OpenApiService, Tags};

/// The groups of operations in the document.
#[derive(Tags)]
pub enum Tag {
    /// What the pages need before anybody signs in.
    Config,
    /// Signing in and out.
    Auth,
    /// What is sold, where, and with which operating systems.
    Plans,
    /// Servers, and what is done to them.
    Vps,
    /// Balance, rate and statement.
    Wallet,
    /// What happened, as a list and live.
    Activity,
    /// Work under way.
    Jobs,
    /// Running the panel: for admins alone.
    Admin,
}

/// Every operation of the API.
pub type Operations = (
    config::ConfigApi,
    auth::AuthApi,
    plans::PlansApi,
    vps::VpsApi,
    wallet::WalletApi,
    activity::ActivityApi,
    stream::StreamApi,
    jobs::JobsApi,
    admin::Operations,
);

/// The operations as a service with its document.
#[must_use]
pub fn service() -> OpenApiService<Operations, ()> {
    let operations: Operations = (
        config::ConfigApi,
        auth::AuthApi,
        plans::PlansApi,
        vps::VpsApi,
        wallet::WalletApi,
        activity::ActivityApi,
        stream::StreamApi,
        jobs::JobsApi,
        admin::operations(),
    );
    OpenApiService::new(operations, "SkyPanel", env!("CARGO_PKG_VERSION"))
}
