//! What becomes of refunds: the provider is asked, and what it says is booked; those that were made without us too.

use chrono::{DateTime, Utc};
use entity::payment_refund::{RefundOrigin, RefundState, RefundTo};
use entity::{CaptureId, Currency, Money, OrgId, PaymentId, RefundId};
use sea_orm::ConnectionTrait;

use super::refund::{Refundable, insert_refund, select_capture};
use super::row::{self, Locked};
use super::settle::{SeenRefund, odd, same_world};
use super::{dispute, told};
use crate::error::{Error, Result};
use crate::ledger::{self, Cause};
use crate::queue::{self, Claim, Failure};
use crate::{Ctx, db};

/// A refund that the provider is to be asked for.
#[derive(Clone, Debug)]
pub struct Refunding {
    /// Names it.
    pub refund: RefundId,
    /// The payment.
    pub payment: PaymentId,
    /// The provider's id of the capture.
    pub capture_ref: String,
    /// How much.
    pub amount: Money,
    /// The provider's id of the refund, if it was asked for before.
    pub provider_ref: Option<String>,
}

db::row! {
    struct RefundRow {
        id: RefundId,
        payment_id: PaymentId,
        capture_id: Option<CaptureId>,
        org_id: OrgId,
        origin: RefundOrigin,
        state: RefundState,
        amount_micros: i64,
        currency: Currency,
        fee_micros: i64,
        provider_ref: Option<String>,
    }
}

/// The refund, while the provider has not decided it.
///
/// # Errors
/// `not_found`; `payments_off` when the provider's other world is set up by now.
pub async fn refunding(ctx: &Ctx, refund: RefundId) -> Result<Option<Refunding>> {
    let row = select_refund(refund).one(&ctx.db).await?.ok_or_else(|| Error::not_found("refund"))?;
    let (Some(capture), RefundState::Asked | RefundState::Pending) = (row.capture_id, row.state) else {
        return Ok(None);
    };
    let found = select_capture(capture).one(&ctx.db).await?.ok_or_else(|| Error::not_found("capture"))?;
    same_world(ctx, select_mode(row.payment_id).only(&ctx.db).await?)?;
    let amount = Money { micros: row.amount_micros, currency: row.currency };
    let provider_ref = row.provider_ref;
    Ok(Some(Refunding { refund, payment: row.payment_id, capture_ref: found.provider_ref, amount, provider_ref }))
}

/// The provider answered: books what became of the refund, and ends the job.
///
/// # Errors
/// `fenced`.
pub async fn refund_answered(ctx: &Ctx, claim: &Claim, refunding: &Refunding, seen: &SeenRefund) -> Result<()> {
    let tx = ctx.begin().await?;
    queue::fence(&tx, claim).await?;
    let payment = row::lock(&tx, refunding.payment).await?;
    let now = ctx.clock.now(&tx).await?;
    let seen = SeenRefund { ours: Some(refunding.refund.to_string()), ..seen.clone() };
    book(ctx, &tx, claim, &payment, now, std::slice::from_ref(&seen)).await?;
    payment.write(&tx, now).await?;
    queue::succeed(&tx, claim, None).await?;
    tx.commit().await?;
    Ok(())
}

/// The provider refused the refund: the money is in the wallet again. Ends the job as failed.
///
/// # Errors
/// `fenced`.
pub async fn refund_refused(ctx: &Ctx, claim: &Claim, refunding: &Refunding, failure: &Failure) -> Result<()> {
    let tx = ctx.begin().await?;
    queue::fence(&tx, claim).await?;
    let payment = row::lock(&tx, refunding.payment).await?;
    let now = ctx.clock.now(&tx).await?;
    let found = lock_refund(refunding.refund).one(&tx).await?.ok_or_else(|| Error::not_found("refund"))?;
    if matches!(found.state, RefundState::Asked | RefundState::Pending) {
        failed(ctx, &tx, claim, &payment, now, &found, &failure.code).await?;
        payment.write(&tx, now).await?;
    }
    queue::fail(&tx, claim, failure).await?;
    tx.commit().await?;
    Ok(())
}

/// Books refunds as the provider tells them: ours, and those that were made without us.
pub(super) async fn book(
    ctx: &Ctx,
    tx: &impl ConnectionTrait,
    claim: &Claim,
    row: &Locked,
    now: DateTime<Utc>,
    refunds: &[SeenRefund],
) -> Result<()> {
    for seen in refunds {
        let Some(capture) = select_capture_ref(&seen.capture_ref, row.id).one(tx).await? else {
            return Err(odd(row, &format!("the refund {} is of no capture that we know", seen.provider_ref)));
        };
        let found = match find(tx, row, &capture, seen).await? {
            Some(found) => found,
            None => learnt(ctx, tx, row, now, &capture, seen).await?,
        };
        set_provider_ref(found.id, &seen.provider_ref, seen.fee_micros).exec(tx).await?;
        let found = RefundRow { fee_micros: seen.fee_micros, ..found };
        match (found.state, seen.state) {
            (RefundState::Asked, RefundState::Pending | RefundState::Asked) => {
                set_state(found.id, RefundState::Pending, None, None).exec(tx).await?;
            }
            (RefundState::Asked | RefundState::Pending, RefundState::Done) => {
                done(ctx, tx, claim, row, now, &capture, &found).await?;
            }
            (RefundState::Asked | RefundState::Pending | RefundState::Done, RefundState::Failed) => {
                failed(ctx, tx, claim, row, now, &found, "refused").await?;
            }
            _ => {}
        }
    }
    Ok(())
}

/// The row of a refund, by our id of it or the provider's.
async fn find(
    tx: &impl ConnectionTrait,
    row: &Locked,
    capture: &Refundable,
    seen: &SeenRefund,
) -> Result<Option<RefundRow>> {
    if let Some(found) = lock_refund_ref(&seen.provider_ref).one(tx).await? {
        return if found.payment_id == row.id { Ok(Some(found)) } else { Err(odd(row, "another payment's refund")) };
    }
    let Some(ours) = seen.ours.as_deref().and_then(|id| id.parse::<RefundId>().ok()) else { return Ok(None) };
    let found = lock_refund(ours).one(tx).await?;
    // An id of ours on what we did not ask for proves nothing.
    Ok(found.filter(|found| {
        found.capture_id == Some(capture.id) && found.amount_micros == seen.micros && found.provider_ref.is_none()
    }))
}

/// Writes down a refund that we did not ask for.
async fn learnt(
    ctx: &Ctx,
    tx: &impl ConnectionTrait,
    row: &Locked,
    now: DateTime<Utc>,
    capture: &Refundable,
    seen: &SeenRefund,
) -> Result<RefundRow> {
    let id: RefundId = ctx.chance.id(now);
    let origin = if seen.reversal { RefundOrigin::Reversal } else { RefundOrigin::Provider };
    insert_refund(
        id,
        row.id,
        Some(capture.id),
        capture.org_id,
        RefundTo::Payer,
        origin,
        RefundState::Asked,
        seen.micros,
        seen.currency,
        Some(&seen.provider_ref),
        None,
        "",
        now,
        None,
    )
    .exec(tx)
    .await?;
    lock_refund(id).only(tx).await
}

async fn done(
    ctx: &Ctx,
    tx: &impl ConnectionTrait,
    claim: &Claim,
    row: &Locked,
    now: DateTime<Utc>,
    capture: &Refundable,
    found: &RefundRow,
) -> Result<()> {
    let cause = Cause { org: found.org_id, job: Some(claim.id), at: now };
    let reversal = capture.reversal(found.id, row.id, found.amount_micros, found.fee_micros);
    if found.origin == RefundOrigin::Ours {
        ledger::end_refund(tx, cause, &reversal).await?;
        set_state(found.id, RefundState::Done, None, Some(now)).exec(tx).await?;
        return told::refunded(ctx, tx, row, found.id, found.amount_micros, claim.id).await;
    }
    let disputed = dispute::held_for(tx, capture.id).await?;
    let taken = ledger::reverse(tx, cause, &reversal, disputed).await?.unwrap_or_default();
    set_state(found.id, RefundState::Done, None, Some(now)).exec(tx).await?;
    dispute::used(tx, cause, capture.id, taken.held).await?;
    told::reversed(ctx, tx, row, found.id, &taken, found.origin, claim.id).await
}

/// The money did not go back, or came back to us.
async fn failed(
    ctx: &Ctx,
    tx: &impl ConnectionTrait,
    claim: &Claim,
    row: &Locked,
    now: DateTime<Utc>,
    found: &RefundRow,
    code: &str,
) -> Result<()> {
    let capture = found.capture_id.ok_or_else(|| odd(row, "a refund to the wallet failed"))?;
    let capture = select_capture(capture).one(tx).await?.ok_or_else(|| Error::not_found("capture"))?;
    let cause = Cause { org: found.org_id, job: Some(claim.id), at: now };
    let reversal = capture.reversal(found.id, row.id, found.amount_micros, found.fee_micros);
    match (found.origin, found.state) {
        (_, RefundState::Done) => {
            ledger::return_refund(tx, cause, &reversal).await?;
        }
        (RefundOrigin::Ours, _) => {
            ledger::back_refund(tx, cause, &reversal).await?;
        }
        _ => {}
    }
    set_state(found.id, RefundState::Failed, Some(code), Some(now)).exec(tx).await?;
    told::refund_failed(ctx, tx, row, found.id, found.amount_micros, claim.id).await
}

db::statement! {
    fn select_capture_ref(provider_ref: &str, payment: PaymentId) -> Refundable =
        file "refundable.sql",
        "where c.provider_ref = $1 and c.payment_id = $2";

    fn select_refund(refund: RefundId) -> RefundRow =
        file "refund_columns.sql",
        "where r.id = $1";

    fn lock_refund(refund: RefundId) -> RefundRow =
        file "refund_columns.sql",
        "where r.id = $1 for update";

    fn lock_refund_ref(provider_ref: &str) -> RefundRow =
        file "refund_columns.sql",
        "where r.provider_ref = $1 for update";

    fn select_mode(payment: PaymentId) -> entity::payment::PayMode = "select mode from payment where id = $1";

    fn set_provider_ref(refund: RefundId, provider_ref: &str, fee_micros: i64) =
        "update payment_refund set provider_ref = $2, fee_micros = $3 where id = $1";

    fn set_state(refund: RefundId, state: RefundState, failure: Option<&str>, ended_at: Option<DateTime<Utc>>) =
        "update payment_refund set state = $2, failure = $3, ended_at = $4 where id = $1";
}
