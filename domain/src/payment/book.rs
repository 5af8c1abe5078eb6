//! Books what the provider says of a payment: one transaction, in which each capture and each refund is written by its
//! own id and moves money by its own cause. However often and in whatever order that happens, it is the same.

use chrono::{DateTime, Utc};
use entity::payment::PaymentState;
use entity::payment_capture::{CaptureState, Mismatch};
use entity::{CaptureId, Currency, OrgId, PaymentId};
use sea_orm::ConnectionTrait;

use super::row::{Locked, lock};
use super::settle::{OrderState, Seen, SeenCapture, SeenOrder, decline, ends, odd};
use super::state::Happened;
use super::{dispute, refunding, told};
use crate::error::Result;
use crate::ledger::{self, Cause, Topup};
use crate::queue::{self, Claim};
use crate::{Ctx, db, invoice, prepaid};

/// What came of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Booked {
    /// It is done, and its job has ended.
    Done,
    /// It was rung in between: look again.
    Again,
}

/// Books what was seen, and ends the job unless it was rung since `rings`.
///
/// # Errors
/// `fenced`.
pub async fn book(ctx: &Ctx, claim: &Claim, payment: PaymentId, rings: i32, seen: &Seen) -> Result<Booked> {
    let tx = ctx.begin().await?;
    queue::fence(&tx, claim).await?;
    let mut row = lock(&tx, payment).await?;
    let now = ctx.clock.now(&tx).await?;
    let before = row.state;
    let mut happened = gone(&row, now, seen.order.as_ref());
    let mut reason = None;
    if let Some(order) = &seen.order {
        for capture in &order.captures {
            let told = book_capture(ctx, &tx, claim, &row, now, order, capture).await?;
            if matters_more(told, happened) {
                (happened, reason) = (Some(told), capture.reason.clone());
            }
        }
        refunding::book(ctx, &tx, claim, &row, now, &order.refunds).await?;
    }
    dispute::book(ctx, &tx, claim, &row, now, &seen.disputes).await?;
    match happened {
        Some(Happened::Declined) if decline(&mut row, now, reason.as_deref().unwrap_or("declined"), false) => {
            told::declined(ctx, &tx, &row, claim.id).await?;
        }
        None | Some(Happened::Declined) => {}
        Some(happened) => {
            row.step(happened, now);
            if row.state == PaymentState::Pending && before != PaymentState::Pending {
                row.failure = reason;
                told::pending(ctx, &tx, &row, claim.id).await?;
            }
        }
    }
    row.write(&tx, now).await?;
    let done = ends(&tx, claim, &row, rings).await?;
    tx.commit().await?;
    Ok(if done { Booked::Done } else { Booked::Again })
}

/// What an order without money says.
fn gone(row: &Locked, now: DateTime<Utc>, order: Option<&SeenOrder>) -> Option<Happened> {
    match order.map(|order| order.state) {
        None | Some(OrderState::Gone) => Some(Happened::Expired),
        Some(OrderState::Open) if now >= row.expires_at => Some(Happened::Expired),
        Some(OrderState::Open) => Some(Happened::Unapproved),
        Some(OrderState::Approved) => Some(Happened::Approved),
        Some(OrderState::Completed) => None,
    }
}

/// Whether money says more than what was known: what is there counts before what may come, and that before nothing.
fn matters_more(told: Happened, known: Option<Happened>) -> bool {
    let rank = |happened| match happened {
        Happened::Completed => 4,
        Happened::Unfit => 3,
        Happened::Pending => 2,
        Happened::Declined => 1,
        _ => 0,
    };
    rank(told) > known.map_or(0, rank)
}

db::row! {
    struct Kept {
        id: CaptureId,
        state: CaptureState,
        mismatch: Option<Mismatch>,
        journal_id: Option<i64>,
        amount_micros: i64,
        currency: Currency,
        fee_micros: Option<i64>,
    }
}

async fn book_capture(
    ctx: &Ctx,
    tx: &impl ConnectionTrait,
    claim: &Claim,
    row: &Locked,
    now: DateTime<Utc>,
    order: &SeenOrder,
    seen: &SeenCapture,
) -> Result<Happened> {
    let id: CaptureId = ctx.chance.id(now);
    let kept = upsert_capture(
        id,
        row.id,
        row.org_id,
        &seen.provider_ref,
        seen.state,
        seen.reason.as_deref(),
        seen.micros,
        seen.currency,
        seen.fee_micros,
        seen.payer.as_deref(),
        seen.payer_country.as_deref(),
        seen.at.unwrap_or(now),
        now,
    )
    .one(tx)
    .await?
    .ok_or_else(|| odd(row, &format!("the capture {} is another payment's", seen.provider_ref)))?;
    match (kept.state, kept.journal_id, kept.mismatch) {
        (CaptureState::Pending, ..) => Ok(Happened::Pending),
        (CaptureState::Declined, ..) => Ok(Happened::Declined),
        (CaptureState::Completed, Some(_), None) => Ok(Happened::Completed),
        (CaptureState::Completed, Some(_), Some(_)) => Ok(Happened::Unfit),
        (CaptureState::Completed, None, _) => credit(ctx, tx, claim, row, now, order, seen, &kept).await,
    }
}

/// A completed capture is booked, whatever became of its payment by then.
#[expect(clippy::too_many_arguments, reason = "what is booked, of what, and when")]
async fn credit(
    ctx: &Ctx,
    tx: &impl ConnectionTrait,
    claim: &Claim,
    row: &Locked,
    now: DateTime<Utc>,
    order: &SeenOrder,
    seen: &SeenCapture,
    kept: &Kept,
) -> Result<Happened> {
    let new = Topup {
        payment: row.id,
        capture: kept.id,
        micros: kept.amount_micros,
        fee_micros: kept.fee_micros.unwrap_or(0),
        currency: kept.currency,
    };
    let cause = Cause { org: row.org_id, job: Some(claim.id), at: now };
    let twice = select_credited(row.id, kept.id).one(tx).await?.is_some();
    let mismatch = misfit(row, order, seen, twice);
    let journal = match mismatch {
        None => ledger::topup(tx, cause, &new).await?,
        Some(_) => ledger::book_unfit(tx, cause, &new).await?,
    };
    set_booked(kept.id, journal, mismatch).exec(tx).await?;
    if let Some(mismatch) = mismatch {
        told::unfit(tx, row, kept.id, mismatch, claim.id).await?;
        return Ok(Happened::Unfit);
    }
    if let Some(journal) = journal {
        invoice::receipt(ctx, tx, row.org_id, journal).await?;
    }
    prepaid::ring(ctx, tx, row.org_id).await?;
    told::credited(ctx, tx, row, kept.amount_micros, claim.id).await?;
    Ok(Happened::Completed)
}

/// What of a capture does not fit its payment.
fn misfit(row: &Locked, order: &SeenOrder, seen: &SeenCapture, twice: bool) -> Option<Mismatch> {
    let other_payee = || matches!((&row.payee, &order.payee), (Some(asked), Some(given)) if asked != given);
    if seen.payment.as_ref().is_some_and(|named| *named != row.id.to_string()) {
        Some(Mismatch::Payment)
    } else if seen.currency != row.currency {
        Some(Mismatch::Currency)
    } else if seen.micros != row.amount_micros {
        Some(Mismatch::Amount)
    } else if other_payee() {
        Some(Mismatch::Payee)
    } else {
        twice.then_some(Mismatch::Twice)
    }
}

db::statement! {
    #[expect(clippy::too_many_arguments, reason = "one for each column")]
    fn upsert_capture(
        id: CaptureId,
        payment: PaymentId,
        org: OrgId,
        provider_ref: &str,
        state: CaptureState,
        reason: Option<&str>,
        micros: i64,
        currency: Currency,
        fee_micros: Option<i64>,
        payer: Option<&str>,
        payer_country: Option<&str>,
        captured_at: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Kept = file "upsert_capture.sql";

    fn select_credited(payment: PaymentId, besides: CaptureId) -> CaptureId =
        "select id from payment_capture
         where payment_id = $1 and id <> $2 and journal_id is not null and mismatch is null limit 1";

    fn set_booked(id: CaptureId, journal: Option<i64>, mismatch: Option<Mismatch>) =
        "update payment_capture set journal_id = $2, mismatch = $3 where id = $1";
}
