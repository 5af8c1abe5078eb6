//! What a set of simulators is started with.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::PathBuf,
};

use crate::{linode::limits::LimitSettings, linode::timing::Timing};

/// Settings of a set of simulators; the default binds free ports on the loopback.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where the simulated Linode listens.
    pub linode: SocketAddr,
    /// Where the control server listens.
    pub control: SocketAddr,
    /// Where the SMTP sink listens.
    pub smtp: SocketAddr,
    /// Where the SMTP sink listens for TLS from the first byte.
    pub smtps: SocketAddr,
    /// Where the issuer of identities listens.
    pub oidc: SocketAddr,
    /// Where the simulated PayPal listens.
    pub paypal: SocketAddr,
    /// Where it sends its messages.
    pub paypal_webhook: Option<String>,
    /// Where to write the PEM of the root that its messages' certificates lead to.
    pub paypal_ca_out: Option<PathBuf>,
    /// Makes every random choice replayable.
    pub seed: u64,
    /// How long machines take to change, in milliseconds.
    pub timing: Timing,
    /// Rate limits of the cloud; the published ones by default.
    pub limits: LimitSettings,
    /// Tokens that the cloud accepts.
    pub tokens: Vec<String>,
    /// Where to keep the machines, so that the next start finds them; without it they are forgotten.
    pub state: Option<PathBuf>,
    /// User and password of the sink; with them set, mail needs AUTH first.
    pub smtp_login: Option<(String, String)>,
    /// Refuse AUTH before STARTTLS.
    pub smtp_require_tls: bool,
    /// Where to write the PEM of the authority that clients are to trust.
    pub smtp_cert_out: Option<PathBuf>,
}

impl Default for Config {
    fn default() -> Self {
        let free = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0);
        Self {
            linode: free,
            control: free,
            smtp: free,
            smtps: free,
            oidc: free,
            paypal: free,
            paypal_webhook: None,
            paypal_ca_out: None,
            seed: 1,
            timing: Timing::default(),
            limits: LimitSettings::default(),
            tokens: vec!["dev-token".to_owned()],
            state: None,
            smtp_login: None,
            smtp_require_tls: true,
            smtp_cert_out: None,
        }
    }
}
