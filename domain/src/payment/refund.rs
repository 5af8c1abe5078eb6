//! Refunds: what an administrator gives back, and what was taken back without us.

use chrono::{DateTime, TimeDelta, Utc};
use entity::payment_capture::Mismatch;
use entity::payment_refund::{RefundOrigin, RefundState, RefundTo};
use entity::{CaptureId, Currency, Money, OrgId, PaymentId, RefundId, UserId};
use sea_orm::ConnectionTrait;
use serde_json::json;

use super::limits::CENT;
use super::read::{RefundView, refund_view};
use super::row::{self, Locked};
use super::settle::same_world;
use crate::activity::{self, Event};
use crate::error::{Error, ErrorKind, Result};
use crate::idempotency::{self, Begun, IdempotencyKey};
use crate::ledger::{self, Cause, Quote, Reversal};
use crate::work::{self, Job, NewJob};
use crate::{Actor, Ctx, EventStatus, access, db, prepaid, text};

/// For so long the provider gives money back to its payer.
const REFUNDABLE_FOR: TimeDelta = TimeDelta::days(180);

/// What an administrator gives back.
#[derive(Clone, Debug)]
pub struct NewRefund {
    /// The payment.
    pub payment: PaymentId,
    /// How much.
    pub amount: Money,
    /// To whom.
    pub to: RefundTo,
    /// Why: it stays on record.
    pub reason: String,
}

db::row! {
    /// A capture with what may go back of it.
    pub(super) struct Refundable {
        pub(super) id: CaptureId,
        pub(super) provider_ref: String,
        pub(super) org_id: OrgId,
        amount_micros: i64,
        currency: Currency,
        mismatch: Option<Mismatch>,
        allocated_at: Option<DateTime<Utc>>,
        captured_at: DateTime<Utc>,
        refunded_micros: i64,
        disputed: bool,
    }
}

impl Refundable {
    /// Whether its money waits for an administrator.
    fn unfit(&self) -> bool {
        self.mismatch.is_some() && self.allocated_at.is_none()
    }

    pub(super) fn reversal(&self, refund: RefundId, payment: PaymentId, micros: i64, fee_micros: i64) -> Reversal {
        Reversal { refund, payment, capture: self.id, micros, fee_micros, currency: self.currency, unfit: self.unfit() }
    }
}

/// Gives money back: to the payer by a job, to the wallet at once. The same key with the same body does it once.
///
/// # Errors
/// Field errors; `not_refundable`, `refund_too_large` with what may go back; `step_up_required`;
/// `idempotency_key_reused`; `not_found`; `forbidden` for others than administrators.
pub async fn ask(ctx: &Ctx, actor: &Actor, new: &NewRefund, idem: Option<&IdempotencyKey>) -> Result<RefundView> {
    let reason = checked(actor, new)?;
    let now = ctx.clock.now(&ctx.db).await?;
    let refund: RefundId = ctx.chance.id(now);
    let tx = ctx.begin().await?;
    if let Some(idem) = idem
        && let Begun::Answered(body) =
            idempotency::begin_with(ctx, &tx, actor, idem, json!({ "refund": refund })).await?
    {
        tx.rollback().await?;
        let before = body["refund"].as_str().unwrap_or_default().parse().map_err(Error::internal)?;
        return refund_view(&ctx.db, before).await;
    }
    begin(ctx, &tx, actor, new, &reason, (refund, now)).await?;
    let view = refund_view(&tx, refund).await?;
    tx.commit().await?;
    Ok(view)
}

/// What the same would write and mean; nothing goes back.
///
/// # Errors
/// As [`ask`].
pub async fn quote_refund(ctx: &Ctx, actor: &Actor, new: &NewRefund) -> Result<Quote> {
    let reason = checked(actor, new)?;
    let now = ctx.clock.now(&ctx.db).await?;
    let tx = ctx.begin().await?;
    let org = begin(ctx, &tx, actor, new, &reason, (ctx.chance.id(now), now)).await?;
    ledger::take_back(tx, org, None).await
}

/// The reason, as it stays on record.
fn checked(actor: &Actor, new: &NewRefund) -> Result<String> {
    actor.admin()?;
    let reason = text::line("/reason", &new.reason, 3, 500)?;
    if new.amount.micros <= 0 || (new.to == RefundTo::Payer && new.amount.micros % CENT != 0) {
        return Err(Error::field("/amount/amount", "give more than 0, with at most two decimals"));
    }
    Ok(reason)
}

/// Begins the refund in the caller's transaction. Returns whose money it is.
async fn begin(
    ctx: &Ctx,
    tx: &impl ConnectionTrait,
    actor: &Actor,
    new: &NewRefund,
    reason: &str,
    (refund, now): (RefundId, DateTime<Utc>),
) -> Result<OrgId> {
    let admin = actor.admin()?;
    access::verified(ctx, tx, actor).await?;
    let row = row::lock(tx, new.payment).await?;
    let asked = Asked { refund, admin, reason, micros: new.amount.micros };
    match new.to {
        RefundTo::Wallet => {
            to_wallet(tx, &row, now, &asked, new.amount).await?;
            prepaid::ring(ctx, tx, row.org_id).await?;
        }
        RefundTo::Payer => to_payer(ctx, tx, &row, now, &asked, new.amount).await?,
    }
    let words = match new.to {
        RefundTo::Wallet => format!("{} of charges given back", new.amount),
        RefundTo::Payer => format!("A refund of {} was begun", new.amount),
    };
    let event = Event::new("billing.refund_asked", EventStatus::Info, words).org(row.org_id).actor(admin);
    activity::record(tx, event.entity("payment", row.id).reason(reason)).await?;
    Ok(row.org_id)
}

struct Asked<'a> {
    refund: RefundId,
    admin: Option<UserId>,
    reason: &'a str,
    micros: i64,
}

/// Charges go back to the wallet, and never more than there were.
async fn to_wallet(
    tx: &impl ConnectionTrait,
    row: &Locked,
    now: DateTime<Utc>,
    asked: &Asked<'_>,
    amount: Money,
) -> Result<()> {
    if amount.currency != Currency::USD {
        return Err(Error::field("/amount/currency", "wallets are in USD"));
    }
    ledger::remaining(tx, row.org_id).await?;
    let earned = ledger::earned_of(tx, row.org_id).await?;
    if asked.micros > earned {
        return Err(too_large(Money::usd(earned.max(0)), "The organisation was not charged that much."));
    }
    let cause = Cause { org: row.org_id, job: None, at: now };
    ledger::refund_wallet(tx, cause, (asked.refund, row.id), asked.micros).await?;
    insert_refund(
        asked.refund,
        row.id,
        None,
        row.org_id,
        RefundTo::Wallet,
        RefundOrigin::Ours,
        RefundState::Done,
        asked.micros,
        amount.currency,
        None,
        asked.admin,
        asked.reason,
        now,
        Some(now),
    )
    .exec(tx)
    .await?;
    Ok(())
}

/// What was paid and not spent goes back to who paid it, and never more than is left of the capture.
async fn to_payer(
    ctx: &Ctx,
    tx: &impl ConnectionTrait,
    row: &Locked,
    now: DateTime<Utc>,
    asked: &Asked<'_>,
    amount: Money,
) -> Result<()> {
    same_world(ctx, row.mode)?;
    let capture = select_refundable(row.id).all(tx).await?.into_iter().find(|one| one.currency == amount.currency);
    let Some(capture) = capture else {
        return Err(not_refundable("Nothing came of this payment in that currency, so nothing can go back."));
    };
    if capture.captured_at + REFUNDABLE_FOR <= now {
        return Err(not_refundable("The payment is older than 180 days: it can no longer go back to its payer."));
    }
    if capture.disputed {
        return Err(not_refundable("The payer disputes the payment: answer that first."));
    }
    let most = refundable(tx, &capture).await?;
    if asked.micros > most {
        let words = "More than what is left of this payment, and was not spent, can't go back.";
        return Err(too_large(Money { micros: most, currency: capture.currency }, words));
    }
    let reversal = capture.reversal(asked.refund, row.id, asked.micros, 0);
    let cause = Cause { org: capture.org_id, job: None, at: now };
    insert_refund(
        asked.refund,
        row.id,
        Some(capture.id),
        capture.org_id,
        RefundTo::Payer,
        RefundOrigin::Ours,
        RefundState::Asked,
        asked.micros,
        capture.currency,
        None,
        asked.admin,
        asked.reason,
        now,
        None,
    )
    .exec(tx)
    .await?;
    ledger::ask_refund(tx, cause, &reversal).await?;
    let job = NewJob::new(Job::RefundPayment { refund: asked.refund }).org(row.org_id).actor(asked.admin);
    work::enqueue(ctx, tx, job).await?;
    Ok(())
}

/// What of a capture may go back now: what is left of it, was not spent, and is in the wallet.
pub(super) async fn refundable(tx: &impl ConnectionTrait, capture: &Refundable) -> Result<i64> {
    let rest = capture.amount_micros - capture.refunded_micros;
    if capture.unfit() {
        return Ok(rest.max(0));
    }
    let wallet = ledger::remaining(tx, capture.org_id).await?.wallet_micros;
    let unspent = ledger::sources_of(tx, capture.org_id).await?.of(capture.id);
    let most = rest.min(unspent).min(wallet).max(0);
    Ok(most - most % CENT)
}

/// What of a payment may go back now, by its captures.
pub(super) async fn refundable_of(tx: &impl ConnectionTrait, payment: PaymentId) -> Result<Vec<(CaptureId, i64)>> {
    let mut all = Vec::new();
    for capture in select_refundable(payment).all(tx).await? {
        let most = if capture.disputed { 0 } else { refundable(tx, &capture).await? };
        all.push((capture.id, most));
    }
    Ok(all)
}

fn too_large(most: Money, words: &str) -> Error {
    let words = format!("{words} At most {} may go back now. Nothing was changed.", most.exact());
    let mut error = Error::new(ErrorKind::Invalid, "refund_too_large", words).with("available", most);
    error
        .fields
        .push(crate::FieldError { pointer: "/amount/amount".to_owned(), detail: format!("at most {}", most.exact()) });
    error
}

fn not_refundable(words: &str) -> Error {
    Error::conflict("not_refundable", format!("{words} Nothing was changed."))
}

db::statement! {
    #[expect(clippy::too_many_arguments, reason = "one for each column")]
    pub(super) fn insert_refund(
        id: RefundId,
        payment: PaymentId,
        capture: Option<CaptureId>,
        org: OrgId,
        to: RefundTo,
        origin: RefundOrigin,
        state: RefundState,
        micros: i64,
        currency: Currency,
        provider_ref: Option<&str>,
        asked_by: Option<UserId>,
        reason: &str,
        now: DateTime<Utc>,
        ended_at: Option<DateTime<Utc>>,
    ) =
        "insert into payment_refund (id, payment_id, capture_id, org_id, destination, origin, state, amount_micros,
           currency, provider_ref, asked_by, reason, created_at, ended_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";

    fn select_refundable(payment: PaymentId) -> Refundable =
        file "refundable.sql",
        "where c.payment_id = $1 and c.state = 'completed' order by c.id";

    pub(super) fn select_capture(capture: CaptureId) -> Refundable =
        file "refundable.sql",
        "where c.id = $1";
}
