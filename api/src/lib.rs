//! The panel's HTTP interface: parses, authorises, calls `domain` and renders.
//!
//! Invariant: it holds no rule and no statement. A handler calls the rules and turns their answer
//! into the wire's form; every error leaves as problem+json with the request's id.

pub mod auth;
pub mod http;
pub mod limits;
pub mod problem;
pub mod routes;
pub mod security;
pub mod spec;
pub mod sse;
pub mod state;
pub mod wire;

use domain::mail::Letterhead;
use runtime::settings::{Brand, Http, Limits, Redis};
use secrecy::SecretString;
use url::Url;

pub use http::{app, bind, serve};
pub use spec::spec_json;

/// What every mail of the installation says. Its links begin with `CLIENT_URL`, whatever a request says of the host.
#[must_use]
pub fn letterhead(brand: &Brand, client_url: &Url) -> Letterhead {
    Letterhead::new(&brand.company_name, client_url.as_str(), brand.hue, brand.support_email.as_deref())
}

/// What the interface needs beside the rules' context.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where to listen, and which proxies may be in front.
    pub http: Http,
    /// The secret that access tokens are signed with.
    pub jwt: SecretString,
    /// How many requests a client may send.
    pub limits: Limits,
    /// How the panel presents itself.
    pub brand: Brand,
    /// The newest migration that this build knows.
    pub expected_schema: String,
    /// Where the doorbell is, for readiness.
    pub redis: Redis,
}
