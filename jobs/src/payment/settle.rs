//! Settles a payment: asks the provider, takes the money if the payer approved, and books what is there.

use std::time::Duration;

use domain::PaymentId;
use domain::payment::{Booked, OrderState, Plan, Seen, again, begin_capture, book, plan, refused};
use providers::{Captured, PayOrder, PaymentProvider, Refund};
use serde_json::json;

use super::{provider, seen};
use crate::Running;
use crate::outcome::{JobError, Outcome};
use crate::step::{Intent, Note, Step};

const LOOK: Step = Step::of("payment.settle", "look");
const CAPTURE: Step = Step::of("payment.settle", "capture");
const BOOK: Step = Step::of("payment.settle", "book");

/// One run looks, takes and books; it looks again when it was rung meanwhile.
pub async fn run(running: &Running, payment: PaymentId) -> Result<Outcome, JobError> {
    let Some(plan) = plan(&running.env.ctx, payment).await? else { return Ok(Outcome::Done) };
    let provider = provider(running)?;
    let mut seen = look(running, provider.as_ref(), &plan).await?;
    let approved = seen.order.as_ref().is_some_and(|order| order.state == OrderState::Approved);
    if approved && plan.takes {
        match take(running, provider.as_ref(), payment, &plan).await? {
            Took::Order(order) => seen.order = Some(seen::order(&order)?),
            Took::Nothing => {}
            Took::Ended(done) => return Ok(ended(done)),
        }
    }
    let (ctx, claim) = (&running.env.ctx, &running.claim);
    let booked = running.whole(BOOK, book(ctx, claim, payment, plan.rings, &seen)).await?;
    Ok(ended(booked == Booked::Done))
}

/// A ring in between makes the job look again at once.
fn ended(done: bool) -> Outcome {
    if done { Outcome::Done } else { Outcome::Wait { pause: Duration::ZERO, step_data: json!({}) } }
}

async fn look(running: &Running, provider: &dyn PaymentProvider, plan: &Plan) -> Result<Seen, JobError> {
    let begun = running.begin(LOOK, Intent::say("Asking how the payment stands")).await?;
    let asked = async {
        let order = provider.order(&plan.order).await?;
        let mut disputes = Vec::with_capacity(plan.disputes.len());
        for id in &plan.disputes {
            disputes.extend(provider.dispute(id).await?);
        }
        let mut refunds = Vec::with_capacity(plan.refunds.len());
        for told in &plan.refunds {
            let found = provider.find_refund(&told.provider_ref).await?;
            refunds.extend(found.map(|found| Refund { reversal: found.reversal || told.reversal, ..found }));
        }
        Ok::<_, JobError>((order, disputes, refunds))
    };
    let asked = begun.call(asked).await?;
    let words = match &asked.value().0 {
        Some(order) => format!("The order is {:?}, with {} captures", order.state, order.captures.len()),
        None => "The order no longer exists".to_owned(),
    };
    let (mut order, disputes, refunds) = asked.commit(Note::say(words).reference(&plan.order)).await?;
    if let Some(order) = &mut order {
        // What was asked for by its id says more than the order's list of it.
        order.refunds.retain(|listed| refunds.iter().all(|told| told.id != listed.id));
        order.refunds.extend(refunds);
    }
    Ok(Seen {
        order: order.as_ref().map(seen::order).transpose()?,
        disputes: disputes.iter().map(seen::dispute).collect::<Result<_, _>>()?,
    })
}

/// What came of taking the money.
enum Took {
    /// The order as it is now.
    Order(PayOrder),
    /// Nothing more than was known.
    Nothing,
    /// The payment is declined, and whether the job has ended.
    Ended(bool),
}

async fn take(
    running: &Running,
    provider: &dyn PaymentProvider,
    payment: PaymentId,
    plan: &Plan,
) -> Result<Took, JobError> {
    let (ctx, claim) = (&running.env.ctx, &running.claim);
    // On record before the call: another try repeats this request, and takes nothing twice.
    let Some(request) = begin_capture(ctx, claim, payment).await? else { return Ok(Took::Nothing) };
    let begun = running.begin(CAPTURE, Intent::say("Taking the money")).await?;
    let captured = begun.call(provider.capture(&plan.order, &request)).await?;
    let words = match captured.value() {
        Captured::Order(_) => "The provider answered",
        Captured::Again(_) => "The means of payment was refused",
        Captured::NotYet => "The approval has not arrived",
        Captured::Before => "It was taken before",
        Captured::Refused(_) => "The money was refused for good",
    };
    Ok(match captured.commit(Note::say(words).reference(&plan.order)).await? {
        Captured::Order(order) => Took::Order(order),
        Captured::NotYet => Took::Nothing,
        Captured::Before => provider.order(&plan.order).await?.map_or(Took::Nothing, Took::Order),
        Captured::Again(reason) => Took::Ended(again(ctx, claim, payment, plan.rings, &reason).await?),
        Captured::Refused(reason) => Took::Ended(refused(ctx, claim, payment, plan.rings, &reason).await?),
    })
}
