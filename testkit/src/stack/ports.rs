//! Where the servers of an installation listen, and what its processes are told of that.

use anyhow::Result;
use simulators::{OIDC_CLIENT_ID, OIDC_CLIENT_SECRET, PAYPAL_CLIENT_ID, PAYPAL_CLIENT_SECRET, PAYPAL_WEBHOOK_ID};

use super::{SECRET, Stack};
use crate::port;

/// Ports of loopback.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ports {
    pub(super) api: u16,
    pub(super) cloud: u16,
    pub(super) smtp: u16,
    pub(super) oidc: u16,
    pub(super) paypal: u16,
    pub(super) control: u16,
    pub(super) redis: u16,
}

impl Ports {
    /// Free ones.
    pub(super) fn choose() -> Result<Self> {
        Ok(Self {
            api: port::free()?,
            cloud: port::free()?,
            smtp: port::free()?,
            oidc: port::free()?,
            paypal: port::free()?,
            control: port::free()?,
            redis: port::free()?,
        })
    }
}

/// The address of a port.
pub(super) fn at(port: u16) -> String {
    format!("127.0.0.1:{port}")
}

impl Stack {
    /// What every process of the installation is told.
    pub(super) fn base_settings(&self, ports: Ports) -> Vec<(String, String)> {
        let pairs = [
            ("APP_ENV", "development".to_owned()),
            ("DATABASE_URL", self.database.url.to_string()),
            ("DATABASE_OWNER_URL", self.database.owner_url.to_string()),
            ("REDIS_URL", self.redis_url.clone()),
            ("JWT_SECRET", SECRET.to_owned()),
            ("SSH_CRED_SECRET", SECRET.to_owned()),
            ("HOST", "127.0.0.1".to_owned()),
            ("PORT", ports.api.to_string()),
            // By name: browsers make no passkeys for an address in figures.
            ("CLIENT_URL", self.base.replace("127.0.0.1", "localhost")),
            ("LINODE_API_URL", self.cloud_url.clone()),
            ("SMTP2GO_HOST", "localhost".to_owned()),
            ("SMTP2GO_PORT", ports.smtp.to_string()),
            ("SMTP2GO_USERNAME", "proof".to_owned()),
            ("SMTP2GO_PASSWORD", "proof-password".to_owned()),
            ("SMTP_CA_FILE", self.folder.join("mail-ca.pem").display().to_string()),
            ("FROM_EMAIL", "panel@example.com".to_owned()),
            ("OIDC_ISSUER", format!("http://{}", at(ports.oidc))),
            ("OIDC_CLIENT_ID", OIDC_CLIENT_ID.to_owned()),
            ("OIDC_CLIENT_SECRET", OIDC_CLIENT_SECRET.to_owned()),
            ("OIDC_NAME", "Demo identity".to_owned()),
            ("PAYPAL_MODE", "simulated".to_owned()),
            ("PAYPAL_SIMULATED_URL", format!("http://{}", at(ports.paypal))),
            ("PAYPAL_SIMULATED_CA_FILE", self.folder.join("paypal-ca.pem").display().to_string()),
            ("PAYPAL_CLIENT_ID", PAYPAL_CLIENT_ID.to_owned()),
            ("PAYPAL_CLIENT_SECRET", PAYPAL_CLIENT_SECRET.to_owned()),
            ("PAYPAL_WEBHOOK_ID", PAYPAL_WEBHOOK_ID.to_owned()),
            ("RATE_LIMIT_ANONYMOUS_MAX", "0".to_owned()),
            ("RATE_LIMIT_AUTHENTICATED_MAX", "0".to_owned()),
            ("RATE_LIMIT_ADMIN_MAX", "0".to_owned()),
            ("RATE_LIMIT_KEY_MAX", "0".to_owned()),
            ("RATE_LIMIT_LOGIN_MAX", "0".to_owned()),
            ("RATE_LIMIT_REGISTRATION_MAX", "0".to_owned()),
            ("RATE_LIMIT_MAIL_MAX", "0".to_owned()),
            ("METRICS_ADDR", String::new()),
            ("RUST_LOG", "info".to_owned()),
        ];
        pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }
}
