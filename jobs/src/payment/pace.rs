//! Stands between a run and the payment provider: what only asks waits for its turn.

use std::time::Duration;

use async_trait::async_trait;
use domain::Ctx;
use domain::payment::{Turn, pause, turn};
use providers::{Call, CallClass, ErrorClass, Meter, PAYPAL_GAP, ProviderError, code};

/// How long there is no turn after a refusal that names no time.
const PAUSE: Duration = Duration::from_secs(15);
/// What a provider answers to too many calls.
const TOO_MANY: u16 = 429;

/// Turns that all workers share. What asks for money waits for none: a payer stands before it, and how much of it there
/// is depends on what customers may begin.
#[derive(Debug)]
pub struct PaymentPace {
    ctx: Ctx,
}

impl PaymentPace {
    /// The turns that this database knows.
    #[must_use]
    pub fn new(ctx: Ctx) -> Self {
        Self { ctx }
    }
}

#[async_trait]
impl Meter for PaymentPace {
    async fn before(&self, class: CallClass) -> Result<(), ProviderError> {
        if class != CallClass::Read {
            return Ok(());
        }
        match turn(&self.ctx, PAYPAL_GAP).await {
            Ok(Turn::In(wait)) => tokio::time::sleep(wait).await,
            Ok(Turn::Full(wait)) => {
                let words = "the turns of the next seconds are taken";
                let mut full = ProviderError::new(ErrorClass::RateLimited, code::RATE_LIMITED, words);
                full.retry_after = Some(wait);
                return Err(full);
            }
            Err(error) => {
                let words = format!("the turns of calls could not be read: {error}");
                return Err(ProviderError::new(ErrorClass::Transient, code::UNAVAILABLE, words));
            }
        }
        Ok(())
    }

    fn after(&self, call: Call) {
        if call.status != Some(TOO_MANY) {
            return;
        }
        let (ctx, wait) = (self.ctx.clone(), call.retry_after.unwrap_or(PAUSE));
        // The provider's word reaches the other workers soon enough.
        tokio::spawn(async move {
            if let Err(error) = pause(&ctx, wait).await {
                tracing::debug!(%error, "what the provider says of its limits could not be stored");
            }
        });
    }
}
