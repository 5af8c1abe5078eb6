//! The order at the provider: what it is made of, and what became of it.

use entity::payment::PaymentState;
use entity::{OrgId, PaymentId};

use super::row::lock;
use super::state::Happened;
use crate::activity::{self, Event};
use crate::error::{Error, Result};
use crate::queue::{self, Claim, Failure};
use crate::{Ctx, EventStatus, Money};

/// What an order is made of.
#[derive(Clone, Debug)]
pub struct Opening {
    /// The payment.
    pub payment: PaymentId,
    /// Whose wallet it fills.
    pub org: OrgId,
    /// What is to be paid.
    pub amount: Money,
    /// Unique among all payments of the account, and across installations that share one.
    pub invoice_id: String,
}

/// What the order of a payment is to be; none when it was made before, or is no longer needed.
///
/// # Errors
/// `not_found`; `payments_off` when the provider's other world is set up by now.
pub async fn opening(ctx: &Ctx, payment: PaymentId) -> Result<Option<Opening>> {
    let tx = ctx.begin().await?;
    let row = lock(&tx, payment).await?;
    if row.state != PaymentState::New || row.order_id.is_some() {
        return Ok(None);
    }
    super::settle::same_world(ctx, row.mode)?;
    // Two installations on one account of the provider have different ids of payments, and different names before them.
    let install = ctx.panel_name.chars().filter(char::is_ascii_alphanumeric).take(20).collect::<String>();
    let invoice_id = format!("{install}-{payment}");
    let (org, amount) = (row.org_id, Money { micros: row.amount_micros, currency: row.currency });
    tx.rollback().await?;
    Ok(Some(Opening { payment, org, amount, invoice_id }))
}

/// The order was made: the payer may go there. Ends the job.
///
/// # Errors
/// `fenced`.
pub async fn opened(
    ctx: &Ctx,
    claim: &Claim,
    payment: PaymentId,
    (order, approve_url, payee): (&str, Option<&str>, Option<&str>),
) -> Result<()> {
    let tx = ctx.begin().await?;
    queue::fence(&tx, claim).await?;
    let mut row = lock(&tx, payment).await?;
    let now = ctx.clock.now(&tx).await?;
    let approve_url = approve_url.filter(|url| may_leave_for(ctx, url));
    if approve_url.is_none() {
        return Err(Error::invalid("the order has no address of the provider's where it can be approved"));
    }
    if row.step(Happened::Opened, now) {
        row.order_id = Some(order.to_owned());
        row.approve_url = approve_url.map(str::to_owned);
        row.payee = payee.map(str::to_owned);
        row.opened_at = Some(now);
        row.write(&tx, now).await?;
        // Pages that show it hear of it.
        let event = Event::new("billing.payment_open", EventStatus::Info, "A payment can be approved");
        activity::record(&tx, event.org(row.org_id).actor(row.actor_id).entity("payment", payment).job(claim.id))
            .await?;
    }
    queue::succeed(&tx, claim, None).await?;
    tx.commit().await?;
    Ok(())
}

/// The order could not be made. Ends the job as failed.
///
/// # Errors
/// `fenced`.
pub async fn not_opened(ctx: &Ctx, claim: &Claim, payment: PaymentId, failure: &Failure) -> Result<()> {
    let tx = ctx.begin().await?;
    queue::fence(&tx, claim).await?;
    let mut row = lock(&tx, payment).await?;
    let now = ctx.clock.now(&tx).await?;
    if row.step(Happened::NotOpened, now) {
        row.failure = Some("not_opened".to_owned());
        row.write(&tx, now).await?;
        let words = "A payment could not be started. Nothing was charged";
        let event = Event::new("billing.payment_failed", EventStatus::Warning, words);
        activity::record(&tx, event.org(row.org_id).actor(row.actor_id).entity("payment", payment).job(claim.id))
            .await?;
    }
    queue::fail(&tx, claim, failure).await?;
    tx.commit().await?;
    Ok(())
}

/// Whether a browser may be sent there.
pub(super) fn may_leave_for(ctx: &Ctx, url: &str) -> bool {
    ctx.payments.as_ref().is_some_and(|verifier| verifier.page_allowed(url))
}
