//! Payments: orders, captures, refunds and messages of the payment provider.

pub mod events;
pub mod open;
mod pace;
pub mod poll;
pub mod refund;
pub mod report;
mod seen;
pub mod settle;

use std::sync::Arc;

pub use pace::PaymentPace;
use providers::PaymentProvider;

use crate::Running;
use crate::outcome::JobError;

/// The payment provider.
///
/// # Errors
/// `payments_off` when none is set up.
fn provider(running: &Running) -> Result<Arc<dyn PaymentProvider>, JobError> {
    let words = "No payment provider is set up. Set PAYPAL_MODE and its credentials, then retry.";
    running.env.payments.clone().ok_or_else(|| domain::Error::conflict("payments_off", words).into())
}
