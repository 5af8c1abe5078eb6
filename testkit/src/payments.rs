//! The simulated payment provider of an app: the way to it, and what judges its messages.

use std::sync::Arc;

use anyhow::Result;
use domain::payment::signature::{Trust, Verifier};
use providers::{Connections, PaymentProvider, PaypalMode, PaypalSettings};
use secrecy::SecretString;
use simulators::{PAYPAL_CLIENT_ID, PAYPAL_CLIENT_SECRET, PAYPAL_WEBHOOK_ID, Simulators};
use url::Url;

/// Where the panel takes the provider's messages.
pub const WEBHOOK_PATH: &str = "/api/payments/webhook";

/// What judges the messages of a simulated PayPal.
///
/// # Errors
/// When its root cannot be read.
pub fn verifier(simulators: &Simulators) -> Result<Verifier> {
    let (address, root_pem) = (Url::parse(&simulators.paypal_url)?, simulators.paypal.root_pem().into_bytes());
    Ok(Verifier::new(&Trust::Simulated { address, root_pem }, PAYPAL_WEBHOOK_ID)?)
}

/// The account at a simulated PayPal.
///
/// # Errors
/// When the address cannot be used.
pub fn provider(simulators: &Simulators, connections: &Connections) -> Result<Arc<dyn PaymentProvider>> {
    provider_at(&simulators.paypal_url, connections)
}

/// The same by way of another address, which leads there.
///
/// # Errors
/// When the address cannot be used.
pub fn provider_at(address: &str, connections: &Connections) -> Result<Arc<dyn PaymentProvider>> {
    Ok(connections.paypal(settings(address)?, None)?)
}

/// How the account at a simulated PayPal is reached by way of an address.
///
/// # Errors
/// When it is no address.
pub fn settings(address: &str) -> Result<PaypalSettings> {
    Ok(PaypalSettings {
        mode: PaypalMode::Simulated { address: Url::parse(address)? },
        client_id: PAYPAL_CLIENT_ID.to_owned(),
        client_secret: SecretString::from(PAYPAL_CLIENT_SECRET),
        webhook_id: PAYPAL_WEBHOOK_ID.to_owned(),
    })
}
