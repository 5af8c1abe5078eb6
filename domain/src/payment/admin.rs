//! What administrators decide: whose money is that fits nothing, and what was paid out to the bank.

use chrono::{DateTime, Utc};
use entity::payment_capture::Mismatch;
use entity::{CaptureId, Currency, Money, OrgId, PaymentId};
use sea_orm::ConnectionTrait;
use serde_json::json;
use uuid::Uuid;

use super::row;
use super::state::Happened;
use crate::activity::{self, Event};
use crate::error::{Error, Result};
use crate::idempotency::{self, Begun, IdempotencyKey};
use crate::ledger::{self, Cause, Quote, Topup};
use crate::page::{Page, PageRequest};
use crate::{Actor, Ctx, EventStatus, access, db, invoice, prepaid, text};

db::row! {
    /// Money that arrived and fits no payment.
    #[derive(Clone, Debug)]
    pub struct Unallocated {
        /// The capture.
        pub id: CaptureId,
        /// The payment that it came with.
        pub payment_id: PaymentId,
        /// Whose payment that is.
        pub org_id: OrgId,
        /// That organisation's name.
        pub org_name: String,
        /// The provider's id.
        pub provider_ref: String,
        /// What does not fit.
        pub mismatch: Mismatch,
        /// What was asked for, in micro-units.
        pub asked_micros: i64,
        /// What came, in micro-units.
        pub amount_micros: i64,
        /// Its currency.
        pub currency: Currency,
        /// What went back since, in micro-units.
        pub refunded_micros: i64,
        /// When it came.
        pub captured_at: DateTime<Utc>,
    }
}

/// What waits for an administrator, the newest first.
///
/// # Errors
/// `forbidden` for others than administrators; a field error when the cursor is not one of ours.
pub async fn unallocated(ctx: &Ctx, actor: &Actor, request: &PageRequest) -> Result<Page<Unallocated>> {
    actor.admin()?;
    let rows = select_unallocated(None, request.after()?, request.fetch()?).all(&ctx.db).await?;
    request.page(rows, |row: &Unallocated| row.id.0)
}

/// Gives money that fits nothing to an organisation's wallet, whatever of it did not go back.
///
/// # Errors
/// A field error for the reason; `not_found`; `allocated` when that was done; `not_allocatable` for another currency;
/// `step_up_required`; `forbidden` for others than administrators.
pub async fn allocate(ctx: &Ctx, actor: &Actor, capture: CaptureId, org: OrgId, reason: &str) -> Result<PaymentId> {
    actor.admin()?;
    let reason = text::line("/reason", reason, 3, 500)?;
    let tx = ctx.begin().await?;
    let payment = give(ctx, &tx, actor, capture, org, &reason).await?;
    tx.commit().await?;
    Ok(payment)
}

/// What the same would write and mean; the money stays where it is.
///
/// # Errors
/// As [`allocate`].
pub async fn quote_allocation(ctx: &Ctx, actor: &Actor, capture: CaptureId, org: OrgId, reason: &str) -> Result<Quote> {
    actor.admin()?;
    let reason = text::line("/reason", reason, 3, 500)?;
    let tx = ctx.begin().await?;
    give(ctx, &tx, actor, capture, org, &reason).await?;
    ledger::take_back(tx, org, None).await
}

/// Gives it in the caller's transaction.
async fn give(
    ctx: &Ctx,
    tx: &impl ConnectionTrait,
    actor: &Actor,
    capture: CaptureId,
    org: OrgId,
    reason: &str,
) -> Result<PaymentId> {
    let admin = actor.admin()?;
    access::verified(ctx, tx, actor).await?;
    let payment = select_payment(capture).one(tx).await?.ok_or_else(|| Error::not_found("capture"))?;
    let mut row = row::lock(tx, payment).await?;
    let Some(found) = select_unallocated(Some(capture), None, 1).one(tx).await? else {
        return Err(Error::conflict("allocated", "This money is in a wallet already. Nothing was changed."));
    };
    if found.currency != Currency::USD {
        let words = "Wallets are in USD: this money can only go back to its payer. Nothing was changed.";
        return Err(Error::conflict("not_allocatable", words));
    }
    select_living(org).one(tx).await?.ok_or_else(|| Error::not_found("organisation"))?;
    let now = ctx.clock.now(tx).await?;
    let rest = found.amount_micros - found.refunded_micros;
    if rest <= 0 {
        return Err(Error::conflict("allocated", "Nothing of this money is left. Nothing was changed."));
    }
    let new = Topup { payment, capture, micros: rest, fee_micros: 0, currency: found.currency };
    if let Some(journal) = ledger::allocate(tx, Cause { org, job: None, at: now }, &new, rest).await? {
        invoice::receipt(ctx, tx, org, journal).await?;
    }
    prepaid::ring(ctx, tx, org).await?;
    set_allocated(capture, org, now).exec(tx).await?;
    row.step(Happened::Allocated, now);
    row.write(tx, now).await?;
    let words = format!("A payment of {} arrived in the wallet", Money::usd(rest));
    let event = Event::new("billing.topup", EventStatus::Success, words).org(org).actor(admin);
    let meta = json!({ "amount_micros": rest, "capture": capture });
    activity::record(tx, event.entity("payment", payment).metadata(meta).reason(reason)).await?;
    Ok(payment)
}

/// What the provider paid out to our bank.
#[derive(Clone, Debug)]
pub struct NewPayout {
    /// How much.
    pub amount: Money,
    /// The bank's word for it, or any other that finds it again.
    pub reference: String,
}

/// Records a payout to the bank. Returns its journal; the same key with the same body records it once.
///
/// # Errors
/// Field errors; `step_up_required`; `idempotency_key_reused`; `forbidden` for others than administrators.
pub async fn payout(ctx: &Ctx, actor: &Actor, new: &NewPayout, idem: Option<&IdempotencyKey>) -> Result<Uuid> {
    let admin = actor.admin()?;
    let reference = text::line("/reference", &new.reference, 1, 200)?;
    if new.amount.currency != Currency::USD {
        return Err(Error::field("/amount/currency", "the books are in USD"));
    }
    if new.amount.micros <= 0 {
        return Err(Error::field("/amount/amount", "write more than 0"));
    }
    let tx = ctx.begin().await?;
    let now = ctx.clock.now(&tx).await?;
    let id: Uuid = ctx.chance.id(now);
    if let Some(idem) = idem
        && let Begun::Answered(body) = idempotency::begin_with(ctx, &tx, actor, idem, json!({ "payout": id })).await?
    {
        tx.rollback().await?;
        return body["payout"].as_str().unwrap_or_default().parse().map_err(Error::internal);
    }
    access::verified(ctx, &tx, actor).await?;
    let meta = json!({ "by": admin });
    let journal = ledger::payout(&tx, id, now, new.amount.micros, meta)
        .await?
        .ok_or_else(|| Error::internal("a fresh id was taken"))?;
    ledger::note_reason(&tx, journal, &reference).await?;
    let words = format!("A payout of {} to the bank was recorded", new.amount);
    let event = Event::new("billing.payout", EventStatus::Info, words).actor(admin);
    activity::record(&tx, event.metadata(json!({ "journal": journal })).reason(reference)).await?;
    tx.commit().await?;
    Ok(id)
}

db::statement! {
    fn select_unallocated(capture: Option<CaptureId>, after: Option<Uuid>, limit: i64) -> Unallocated =
        file "select_unallocated.sql";

    fn select_payment(capture: CaptureId) -> PaymentId = "select payment_id from payment_capture where id = $1";

    fn select_living(org: OrgId) -> OrgId = "select id from org where id = $1 and deleted_at is null";

    fn set_allocated(capture: CaptureId, org: OrgId, now: DateTime<Utc>) =
        "update payment_capture set allocated_at = $3, org_id = $2 where id = $1";
}
