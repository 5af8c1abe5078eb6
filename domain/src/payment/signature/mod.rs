//! Whether a message is a payment provider's: pure, without a network and without a database.
//!
//! A message is signed with RSA and SHA-256 over `id|time|webhook|crc32`, where the webhook's id is ours and the CRC-32
//! is that of the body's raw bytes. The certificate's address comes with the message, so it is judged before it is
//! fetched, and the certificate is judged before its key is believed: a public chain, its name, its time.
//!
//! Invariant: the mode alone says which hosts and which roots count. A simulated one's genuine signature is nothing to
//! a verifier of another mode.

mod address;
mod chain;
#[cfg(test)]
mod tests;

use chrono::{DateTime, Utc};
use rustls_pki_types::{CertificateDer, TrustAnchor, pem::PemObject as _};
use url::{Origin, Url};

/// The one algorithm that messages are signed with.
const ALGORITHM: &str = "SHA256withRSA";
/// What every event of the provider's own webhooks simulator is signed for: to accept it is to accept anybody's.
const SIMULATOR_ID: &str = "WEBHOOK_ID";
/// The longest id of a webhook.
const MAX_ID: usize = 50;
/// The longest of the short headers.
const MAX_HEADER: usize = 200;

/// Which of the provider's worlds messages come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Real money.
    Live,
    /// The provider's sandbox.
    Sandbox,
    /// A simulated provider on this computer.
    Simulated,
}

impl Mode {
    /// The mode's word, as settings and tables have it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Sandbox => "sandbox",
            Self::Simulated => "simulated",
        }
    }

    /// The mode of a word.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        [Self::Live, Self::Sandbox, Self::Simulated].into_iter().find(|mode| mode.as_str() == word)
    }
}

/// Whom to believe.
#[derive(Clone, Debug)]
pub enum Trust {
    /// The provider's live hosts, and the public roots.
    Live,
    /// The hosts of its sandbox, and the public roots.
    Sandbox,
    /// A simulated provider.
    Simulated {
        /// Where it listens.
        address: Url,
        /// The root that its certificates lead to, in PEM.
        root_pem: Vec<u8>,
    },
}

/// What comes with a message.
#[derive(Clone, Copy, Debug)]
pub struct Headers<'a> {
    /// `PAYPAL-TRANSMISSION-ID`.
    pub transmission_id: &'a str,
    /// `PAYPAL-TRANSMISSION-TIME`.
    pub transmission_time: &'a str,
    /// `PAYPAL-CERT-URL`.
    pub cert_url: &'a str,
    /// `PAYPAL-AUTH-ALGO`.
    pub auth_algo: &'a str,
    /// `PAYPAL-TRANSMISSION-SIG`.
    pub transmission_sig: &'a str,
}

/// Why a message or a certificate is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The certificate's address is not one of the provider's.
    #[error("the certificate's address is not the provider's")]
    Address,
    /// What the address holds is no certificate.
    #[error("there is no certificate that can be read")]
    Unreadable,
    /// No root that counts vouches for the certificate.
    #[error("no root that is trusted vouches for the certificate")]
    Untrusted,
    /// The certificate's time has not come or is over.
    #[error("the certificate is not valid at this time")]
    Expired,
    /// The certificate is another name's.
    #[error("the certificate has another name")]
    Name,
    /// The message names another algorithm.
    #[error("the message is signed by another algorithm")]
    Algorithm,
    /// A header is missing or cannot be what it says.
    #[error("a header of the message cannot be read")]
    Header,
    /// The signature is not of this message for our webhook.
    #[error("the signature is not of this message")]
    Signature,
    /// The configured webhook's id cannot be one.
    #[error("the webhook's id cannot be one, or is the one that the provider's own simulator signs for")]
    WebhookId,
}

/// Judges messages for one webhook in one mode.
#[derive(Clone)]
pub struct Verifier {
    mode: Mode,
    webhook_id: String,
    /// The one origin of a simulated provider.
    origin: Option<Origin>,
    roots: Vec<TrustAnchor<'static>>,
}

impl std::fmt::Debug for Verifier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Verifier({})", self.mode.as_str())
    }
}

impl Verifier {
    /// A verifier for our webhook.
    ///
    /// # Errors
    /// When the id cannot be a webhook's, or the simulated provider's root cannot be read.
    pub fn new(trust: &Trust, webhook_id: &str) -> Result<Self, Refusal> {
        let plausible = (1..=MAX_ID).contains(&webhook_id.len())
            && webhook_id.bytes().all(|byte| byte.is_ascii_alphanumeric())
            && !webhook_id.eq_ignore_ascii_case(SIMULATOR_ID);
        if !plausible {
            return Err(Refusal::WebhookId);
        }
        let (mode, origin, roots) = match trust {
            Trust::Live => (Mode::Live, None, webpki_roots::TLS_SERVER_ROOTS.to_vec()),
            Trust::Sandbox => (Mode::Sandbox, None, webpki_roots::TLS_SERVER_ROOTS.to_vec()),
            Trust::Simulated { address, root_pem } => {
                let root = CertificateDer::from_pem_slice(root_pem).map_err(|_| Refusal::Unreadable)?;
                let root = webpki::anchor_from_trusted_cert(&root).map_err(|_| Refusal::Unreadable)?.to_owned();
                (Mode::Simulated, Some(address.origin()), vec![root])
            }
        };
        Ok(Self { mode, webhook_id: webhook_id.to_owned(), origin, roots })
    }

    /// Which world it believes.
    #[must_use]
    pub fn mode(&self) -> Mode {
        self.mode
    }

    /// Judges the address of a certificate, before anything is fetched from it.
    ///
    /// # Errors
    /// [`Refusal::Address`] for all but the provider's own.
    pub fn address(&self, cert_url: &str) -> Result<Url, Refusal> {
        address::certificate(self.mode, self.origin.as_ref(), cert_url).ok_or(Refusal::Address)
    }

    /// Whether a browser may be sent there to approve a payment.
    #[must_use]
    pub fn page_allowed(&self, approve_url: &str) -> bool {
        address::page(self.mode, self.origin.as_ref(), approve_url)
    }

    /// Judges a certificate: the chain to a root that counts, the name, the time.
    ///
    /// # Errors
    /// By what is wrong with it.
    pub fn certificate(&self, pem: &[u8], now: DateTime<Utc>) -> Result<(), Refusal> {
        chain::check(&self.roots, pem, now).map(|_| ())
    }

    /// Judges a message, by the certificate that its address holds. The body is what arrived, byte for byte.
    ///
    /// # Errors
    /// By what is wrong with it.
    pub fn message(&self, pem: &[u8], headers: &Headers<'_>, body: &[u8], now: DateTime<Utc>) -> Result<(), Refusal> {
        if headers.auth_algo != ALGORITHM {
            return Err(Refusal::Algorithm);
        }
        self.address(headers.cert_url)?;
        let short = |text: &str| {
            (1..=MAX_HEADER).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'|')
        };
        if !short(headers.transmission_id) || !short(headers.transmission_time) {
            return Err(Refusal::Header);
        }
        let certificate = chain::check(&self.roots, pem, now)?;
        let sum = crc32fast::hash(body);
        let Headers { transmission_id: id, transmission_time: time, .. } = headers;
        let signed = format!("{id}|{time}|{}|{sum}", self.webhook_id);
        chain::verify(&certificate, signed.as_bytes(), headers.transmission_sig)
    }
}
