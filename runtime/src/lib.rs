//! What a `SkyPanel` process does before its first request: reads its settings, starts its logs and its
//! metrics, learns when to stop, and picks the one TLS provider.
//!
//! Invariant: a setting is read here and nowhere else; each has one entry in [`settings::VARS`], and a process whose
//! settings are wrong does not start: it names every wrong one at once, and never prints a secret.

pub mod crypto;
pub mod files;
pub mod redis;
pub mod settings;
pub mod shutdown;
pub mod telemetry;
