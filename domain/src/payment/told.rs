//! What people hear of a payment: events, and mails to who paid.

use entity::dispute::DisputeState;
use entity::payment_capture::Mismatch;
use entity::payment_refund::RefundOrigin;
use entity::{CaptureId, DisputeId, JobId, Money, RefundId};
use sea_orm::ConnectionTrait;
use serde_json::json;

use super::row::Locked;
use crate::activity::{self, Event};
use crate::error::Result;
use crate::ledger::Taken;
use crate::mail::{self, Mail};
use crate::{Ctx, EventStatus};

fn event(row: &Locked, name: &'static str, status: EventStatus, words: impl Into<String>, job: JobId) -> Event {
    Event::new(name, status, words).org(row.org_id).entity("payment", row.id).job(job)
}

fn money(row: &Locked, micros: i64) -> Money {
    Money { micros, currency: row.currency }
}

pub(super) async fn credited(
    ctx: &Ctx,
    tx: &impl ConnectionTrait,
    row: &Locked,
    micros: i64,
    job: JobId,
) -> Result<()> {
    let words = format!("A payment of {} arrived in the wallet", money(row, micros));
    let told = event(row, "billing.topup", EventStatus::Success, words, job).actor(row.actor_id);
    activity::record(tx, told.metadata(json!({ "amount_micros": micros }))).await?;
    mail::send(ctx, tx, Mail::PaymentCredited { user: row.actor_id, payment: row.id }).await?;
    Ok(())
}

pub(super) async fn pending(ctx: &Ctx, tx: &impl ConnectionTrait, row: &Locked, job: JobId) -> Result<()> {
    let words = format!("PayPal checks a payment of {}; it is not in the wallet yet", money(row, row.amount_micros));
    activity::record(tx, event(row, "billing.payment_pending", EventStatus::Info, words, job)).await?;
    mail::send(ctx, tx, Mail::PaymentPending { user: row.actor_id, payment: row.id }).await?;
    Ok(())
}

/// Every refusal is an event; one mail is enough.
pub(super) async fn declined(ctx: &Ctx, tx: &impl ConnectionTrait, row: &Locked, job: JobId) -> Result<()> {
    let words = format!("A payment of {} was declined. Nothing was charged", money(row, row.amount_micros));
    activity::record(tx, event(row, "billing.payment_declined", EventStatus::Warning, words, job)).await?;
    if row.declines == 1 {
        mail::send(ctx, tx, Mail::PaymentDeclined { user: row.actor_id, payment: row.id }).await?;
    }
    Ok(())
}

/// Money that fits nothing is the administrators' business until they say whose it is.
pub(super) async fn unfit(
    tx: &impl ConnectionTrait,
    row: &Locked,
    capture: CaptureId,
    mismatch: Mismatch,
    job: JobId,
) -> Result<()> {
    let words = "Money arrived that does not fit its payment. It waits until you say whose it is";
    let told = Event::new("billing.payment_unfit", EventStatus::Error, words).entity("payment", row.id).job(job);
    activity::record(tx, told.metadata(json!({ "capture": capture, "mismatch": mismatch }))).await
}

pub(super) async fn refunded(
    ctx: &Ctx,
    tx: &impl ConnectionTrait,
    row: &Locked,
    refund: RefundId,
    micros: i64,
    job: JobId,
) -> Result<()> {
    let words = format!("{} went back to the payer", money(row, micros));
    let told = event(row, "billing.refund", EventStatus::Success, words, job);
    activity::record(tx, told.metadata(json!({ "refund": refund, "amount_micros": micros }))).await?;
    mail::send(ctx, tx, Mail::PaymentRefunded { user: row.actor_id, refund }).await?;
    Ok(())
}

pub(super) async fn refund_failed(
    _: &Ctx,
    tx: &impl ConnectionTrait,
    row: &Locked,
    refund: RefundId,
    micros: i64,
    job: JobId,
) -> Result<()> {
    let words = format!("A refund of {} did not reach the payer; the money is where it was", money(row, micros));
    let told = event(row, "billing.refund_failed", EventStatus::Warning, words, job);
    activity::record(tx, told.metadata(json!({ "refund": refund, "amount_micros": micros }))).await
}

pub(super) async fn reversed(
    ctx: &Ctx,
    tx: &impl ConnectionTrait,
    row: &Locked,
    refund: RefundId,
    taken: &Taken,
    origin: RefundOrigin,
    job: JobId,
) -> Result<()> {
    let micros = taken.held + taken.wallet + taken.owed;
    let words = match (origin, taken.owed) {
        (RefundOrigin::Reversal, 0) => format!("A payment of {} was taken back", money(row, micros)),
        (RefundOrigin::Reversal, owed) => {
            format!("A payment of {} was taken back; {} of it is owed", money(row, micros), money(row, owed))
        }
        _ => format!("{} of a payment went back to the payer", money(row, micros)),
    };
    let told = event(row, "billing.reversal", EventStatus::Warning, words, job);
    let meta = json!({ "refund": refund, "amount_micros": micros, "owed_micros": taken.owed });
    activity::record(tx, told.metadata(meta)).await?;
    mail::send(ctx, tx, Mail::PaymentRefunded { user: row.actor_id, refund }).await?;
    Ok(())
}

pub(super) async fn disputed(
    ctx: &Ctx,
    tx: &impl ConnectionTrait,
    row: &Locked,
    dispute: DisputeId,
    held: i64,
    job: JobId,
) -> Result<()> {
    let words = format!("A payment is disputed; {} of it is set aside until that ends", money(row, held));
    let told = event(row, "billing.dispute", EventStatus::Warning, words, job);
    activity::record(tx, told.metadata(json!({ "dispute": dispute, "held_micros": held }))).await?;
    mail::send(ctx, tx, Mail::PaymentDisputed { user: row.actor_id, payment: row.id }).await?;
    Ok(())
}

pub(super) async fn dispute_ended(
    tx: &impl ConnectionTrait,
    row: &Locked,
    dispute: DisputeId,
    state: DisputeState,
    job: JobId,
) -> Result<()> {
    let (status, words) = match state {
        DisputeState::Won => (EventStatus::Success, "A dispute about a payment ended; the payment stands"),
        _ => (EventStatus::Warning, "A dispute about a payment ended for the payer"),
    };
    let told = event(row, "billing.dispute_ended", status, words, job);
    activity::record(tx, told.metadata(json!({ "dispute": dispute, "state": state }))).await
}
