//! Makes a payment's order at the provider.

use domain::PaymentId;
use domain::payment::{Opening, not_opened, opened, opening};
use domain::queue::Failure;
use providers::{NewOrder, PayOrder};

use super::{provider, seen};
use crate::outcome::{JobError, Outcome};
use crate::step::{Intent, Note, Step};
use crate::{Running, outcome};

const ORDER: Step = Step::of("payment.open", "order");

/// Makes the order, once: the same request gives the same one. What fails for good leaves the payment declined.
pub async fn run(running: &Running, payment: PaymentId) -> Result<Outcome, JobError> {
    if running.claim.overdue {
        return refused(running, payment, outcome::late()).await;
    }
    let Err(error) = make(running, payment).await else {
        return Ok(Outcome::Done);
    };
    match error.into_outcome(running) {
        Outcome::Fail(failure) => refused(running, payment, failure).await,
        other => Ok(other),
    }
}

async fn make(running: &Running, payment: PaymentId) -> Result<(), JobError> {
    let (ctx, claim) = (&running.env.ctx, &running.claim);
    let Some(new) = opening(ctx, payment).await? else { return Ok(()) };
    let provider = provider(running)?;
    let order = order(running, &new)?;
    let begun = running.begin(ORDER, Intent::say("Preparing the payment")).await?;
    let made = begun.call(provider.create_order(&order)).await?;
    let note = Note::say("The payment can be approved").reference(&made.value().id);
    let keep = async |made: &PayOrder| {
        opened(ctx, claim, payment, (&made.id, made.approve_url.as_deref(), made.payee.as_deref())).await
    };
    made.commit_with(note, keep).await?;
    Ok(())
}

fn order(running: &Running, new: &Opening) -> Result<NewOrder, JobError> {
    let Opening { payment, org, amount, invoice_id } = new;
    let head = &running.env.postbox.head;
    let page = |end: &str| head.page(&format!("/o/{org}/wallet/payments/{payment}/{end}"));
    Ok(NewOrder {
        request_id: format!("ord:{payment}"),
        payment: payment.to_string(),
        invoice_id: invoice_id.clone(),
        amount: seen::amount(*amount)?,
        description: format!("Credit for {}", head.company()),
        brand: head.company().to_owned(),
        return_url: page("return"),
        cancel_url: page("cancel"),
    })
}

async fn refused(running: &Running, payment: PaymentId, mut why: Failure) -> Result<Outcome, JobError> {
    "The payment could not be started. Nothing was charged.".clone_into(&mut why.customer);
    not_opened(&running.env.ctx, &running.claim, payment, &why).await?;
    Ok(Outcome::Fail(why))
}
