//! The panel's HTTP interface: parses, authorises, calls `domain` and renders.
//!
//! Invariant: no rule and no statement stands here. A handler calls the rules and turns what they
//! answer into the wire; whatever goes wrong leaves as problem+json with the request's id.

pub mod auth;
pub mod http;
pub mod problem;
pub mod routes;
pub mod spec;
pub mod sse;
pub mod state;
pub mod wire;

use runtime::settings::{Brand, Http, Limits, Redis};
use secrecy::SecretString;

pub use http::{app, bind, serve};
pub use spec::spec_json;

/// What the interface needs to know beside the rules' context.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where to listen, and who may be in front.
    pub http: Http,
    /// The secret that access tokens are signed with.
    pub jwt: SecretString,
    /// How often somebody may ask.
    pub limits: Limits,
    /// How the panel presents itself.
    pub brand: Brand,
    /// The newest migration that this build knows.
    pub expected_schema: String,
    /// Where the doorbell is, for readiness.
    pub redis: Redis,
}
