//! Placeholder until the verification is merged.

use chrono::{DateTime, Utc};
use url::Url;

/// Which world.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Live.
    Live,
    /// Sandbox.
    Sandbox,
    /// Simulated.
    Simulated,
}

/// Why not.
#[derive(Debug, thiserror::Error)]
#[error("refused")]
pub struct Refusal;

/// Headers.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "a placeholder")]
pub struct Headers<'a> {
    pub transmission_id: &'a str,
    pub transmission_time: &'a str,
    pub cert_url: &'a str,
    pub auth_algo: &'a str,
    pub transmission_sig: &'a str,
}

/// Verifier.
#[derive(Debug)]
pub struct Verifier;

impl Verifier {
    /// Mode.
    #[must_use]
    pub fn mode(&self) -> Mode {
        Mode::Simulated
    }
    /// Address.
    ///
    /// # Errors
    /// Always.
    pub fn address(&self, _: &str) -> Result<Url, Refusal> {
        Err(Refusal)
    }
    /// Certificate.
    ///
    /// # Errors
    /// Always.
    pub fn certificate(&self, _: &[u8], _: DateTime<Utc>) -> Result<(), Refusal> {
        Err(Refusal)
    }
    /// Message.
    ///
    /// # Errors
    /// Always.
    pub fn message(&self, _: &[u8], _: &Headers<'_>, _: &[u8], _: DateTime<Utc>) -> Result<(), Refusal> {
        Err(Refusal)
    }
    /// Page.
    #[must_use]
    pub fn page_allowed(&self, _: &str) -> bool {
        false
    }
}
