//! What tests, proofs and measurements stand on: a database for each, the app under test, and the
//! processes of the real thing.
//!
//! Invariant: nothing is mocked that can run. `PostgreSQL` and Redis are real, the providers are
//! simulators over HTTP, and the clock is moved where the product itself reads it.

pub mod app;
pub mod authenticator;
pub mod browser;
pub mod client;
pub mod cluster;
pub mod collector;
pub mod console;
pub mod database;
pub mod declared;
pub mod fixture;
// The same join as the binary has: no other crate may have both sides.
#[path = "../../cli/src/issuer.rs"]
mod issuer;
pub mod matrix;
pub mod payments;
pub mod port;
mod press;
pub mod proxy;
pub mod redis;
pub mod seed;
pub mod stack;
pub mod totp;

pub use app::TestApp;
pub use browser::Browser;
pub use client::{Client, Reply};
pub use console::Console;
pub use database::TestDatabase;
