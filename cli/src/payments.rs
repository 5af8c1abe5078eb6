//! Joins the settings of the payment provider to its client and to what judges its messages.

use std::sync::Arc;

use anyhow::Context as _;
use domain::Ctx;
use domain::payment::signature::{Trust, Verifier};
use jobs::PaymentPace;
use providers::{Connections, Meter, PaymentProvider, PaypalMode, PaypalSettings};
use runtime::settings::{Paypal, PaypalMode as Mode};

/// The way to the account that is paid. A simulated provider is on this computer, and has no limits.
pub fn provider(settings: &Paypal, connections: &Connections, ctx: &Ctx) -> anyhow::Result<Arc<dyn PaymentProvider>> {
    let paced = !matches!(settings.mode, Mode::Simulated { .. });
    let meter = paced.then(|| Arc::new(PaymentPace::new(ctx.clone())) as Arc<dyn Meter>);
    let mode = match &settings.mode {
        Mode::Live => PaypalMode::Live,
        Mode::Sandbox => PaypalMode::Sandbox,
        Mode::Simulated { address, .. } => PaypalMode::Simulated { address: address.clone() },
    };
    let (client_id, webhook_id) = (settings.client_id.clone(), settings.webhook_id.clone());
    let client_secret = settings.client_secret.clone();
    Ok(connections.paypal(PaypalSettings { mode, client_id, client_secret, webhook_id }, meter)?)
}

/// What judges its messages. A simulated provider's root is read from its file, and in no other mode.
pub fn verifier(settings: &Paypal) -> anyhow::Result<Arc<Verifier>> {
    let trust = match &settings.mode {
        Mode::Live => Trust::Live,
        Mode::Sandbox => Trust::Sandbox,
        Mode::Simulated { address, ca_file } => {
            let read = std::fs::read(ca_file);
            let root_pem = read.with_context(|| format!("reading PAYPAL_SIMULATED_CA_FILE {}", ca_file.display()))?;
            Trust::Simulated { address: address.clone(), root_pem }
        }
    };
    Ok(Arc::new(Verifier::new(&trust, &settings.webhook_id)?))
}
