//! What the settler of a payment does, step by step, around its calls.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use entity::dispute::DisputeState;
use entity::payment::{PayMode, PaymentState};
use entity::payment_capture::CaptureState;
use entity::payment_refund::RefundState;
use entity::{Currency, PaymentId};

use super::limits::mode_of;
use super::row::{Locked, lock};
use super::state::Happened;
use super::{create, told};
use crate::error::{Error, Result};
use crate::queue::{self, Claim};
use crate::{Ctx, db};

/// For how long the provider remembers the request that takes money: repeating it then is safe.
const REMEMBERED_FOR: TimeDelta = TimeDelta::hours(6);
/// Attempts that one payment has: then the payer begins another one.
const MAX_DECLINES: i32 = 3;

/// What a run of the settler goes by.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The provider's id of the order.
    pub order: String,
    /// Disputes to ask about.
    pub disputes: Vec<String>,
    /// Refunds that messages told of and that are not known: an order need not list what was taken back.
    pub refunds: Vec<ToldRefund>,
    /// Whether the money is taken if the payer approved.
    pub takes: bool,
    /// How often it was rung by then.
    pub rings: i32,
}

db::row! {
    /// A refund that a message told of.
    #[derive(Clone, Debug)]
    pub struct ToldRefund {
        /// The provider's id.
        pub provider_ref: String,
        /// Whether it was said to be taken back by the provider or the payer's bank: the refund itself does not tell.
        pub reversal: bool,
    }
}

/// What the provider says of an order.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    /// The order; none where it no longer exists.
    pub order: Option<SeenOrder>,
    /// The disputes that were asked about.
    pub disputes: Vec<SeenDispute>,
}

/// How far an order is at the provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrderState {
    /// The payer has not approved it.
    Open,
    /// It may be captured.
    Approved,
    /// Nothing more is captured by it.
    Completed,
    /// It can be neither approved nor captured.
    Gone,
}

/// An order as the provider tells it. Amounts are in micro-units of their currency.
#[derive(Clone, Debug)]
pub struct SeenOrder {
    /// How far it is.
    pub state: OrderState,
    /// The account that the money goes to.
    pub payee: Option<String>,
    /// What was taken, also what failed.
    pub captures: Vec<SeenCapture>,
    /// What was given back, by whomever.
    pub refunds: Vec<SeenRefund>,
}

/// A capture as the provider tells it.
#[derive(Clone, Debug)]
pub struct SeenCapture {
    /// The provider's id.
    pub provider_ref: String,
    /// What became of it.
    pub state: CaptureState,
    /// Why, in the provider's word.
    pub reason: Option<String>,
    /// What was taken.
    pub micros: i64,
    /// Its currency.
    pub currency: Currency,
    /// What the provider kept.
    pub fee_micros: Option<i64>,
    /// Our id of the payment, as the capture carries it.
    pub payment: Option<String>,
    /// The provider's id of the payer.
    pub payer: Option<String>,
    /// The payer's country.
    pub payer_country: Option<String>,
    /// When it was made.
    pub at: Option<DateTime<Utc>>,
}

/// A refund as the provider tells it.
#[derive(Clone, Debug)]
pub struct SeenRefund {
    /// The provider's id.
    pub provider_ref: String,
    /// What became of it.
    pub state: RefundState,
    /// The capture that it is of.
    pub capture_ref: String,
    /// What went back.
    pub micros: i64,
    /// Its currency.
    pub currency: Currency,
    /// What of the fee came back to us.
    pub fee_micros: i64,
    /// Whether the provider or the payer's bank took it.
    pub reversal: bool,
    /// Our id of the refund, if we asked for it.
    pub ours: Option<String>,
}

/// A dispute as the provider tells it.
#[derive(Clone, Debug)]
pub struct SeenDispute {
    /// The provider's id.
    pub provider_ref: String,
    /// How far it is.
    pub state: DisputeState,
    /// Its stage, in the provider's own word.
    pub stage: String,
    /// What is disputed, where it is in the payment's currency.
    pub micros: Option<i64>,
    /// Until when an answer is due.
    pub due_at: Option<DateTime<Utc>>,
}

/// What the settler is to do; none when there is no order to ask about.
///
/// # Errors
/// `not_found`; `payments_off` when the provider's other world is set up by now.
pub async fn plan(ctx: &Ctx, payment: PaymentId) -> Result<Option<Plan>> {
    let tx = ctx.begin().await?;
    let row = lock(&tx, payment).await?;
    let now = ctx.clock.now(&tx).await?;
    let disputes = select_asked_disputes(payment).all(&tx).await?;
    let refunds = select_told_refunds(payment).all(&tx).await?;
    tx.rollback().await?;
    let Some(order) = row.order_id.clone() else { return Ok(None) };
    same_world(ctx, row.mode)?;
    Ok(Some(Plan { order, disputes, refunds, takes: takes(&row, now), rings: row.rings }))
}

/// Whether the money of an approved order is taken: not after the customer left, not after a refusal until they return,
/// and not when the provider may have forgotten the request.
fn takes(row: &Locked, now: DateTime<Utc>) -> bool {
    let waits = matches!(row.state, PaymentState::Open | PaymentState::Approved | PaymentState::Capturing);
    let remembered = row.capture_began_at.is_none_or(|at| now < at + REMEMBERED_FOR);
    waits && remembered && row.cancelled_at.is_none() && row.lives
}

/// Refuses what belongs to another of the provider's worlds: asked there, it would seem not to exist.
pub(super) fn same_world(ctx: &Ctx, mode: PayMode) -> Result<()> {
    let verifier: &Arc<_> = ctx.payments.as_ref().ok_or_else(create::off)?;
    if mode_of(verifier) == mode { Ok(()) } else { Err(create::off()) }
}

/// Puts on record that the money is about to be taken. Gives the id that names the request, the same one for each try
/// of one attempt; none when it is no longer to be taken.
///
/// # Errors
/// `fenced`.
pub async fn begin_capture(ctx: &Ctx, claim: &Claim, payment: PaymentId) -> Result<Option<String>> {
    let tx = ctx.begin().await?;
    queue::fence(&tx, claim).await?;
    let mut row = lock(&tx, payment).await?;
    let now = ctx.clock.now(&tx).await?;
    if !takes(&row, now) {
        return Ok(None);
    }
    row.step(Happened::CaptureBegan, now);
    row.capture_began_at.get_or_insert(now);
    row.write(&tx, now).await?;
    tx.commit().await?;
    Ok(Some(format!("cap:{payment}:{}", row.attempt)))
}

/// The payer's means were refused: they may choose others at the same address. Ends the job; whether it did, for a ring
/// in between makes it look again.
///
/// # Errors
/// `fenced`.
pub async fn again(ctx: &Ctx, claim: &Claim, payment: PaymentId, rings: i32, reason: &str) -> Result<bool> {
    declined(ctx, claim, payment, rings, reason, true).await
}

/// The money was refused for good. Ends the job; whether it did.
///
/// # Errors
/// `fenced`.
pub async fn refused(ctx: &Ctx, claim: &Claim, payment: PaymentId, rings: i32, reason: &str) -> Result<bool> {
    declined(ctx, claim, payment, rings, reason, false).await
}

async fn declined(ctx: &Ctx, claim: &Claim, payment: PaymentId, rings: i32, reason: &str, again: bool) -> Result<bool> {
    let tx = ctx.begin().await?;
    queue::fence(&tx, claim).await?;
    let mut row = lock(&tx, payment).await?;
    let now = ctx.clock.now(&tx).await?;
    if decline(&mut row, now, reason, again) {
        row.write(&tx, now).await?;
        told::declined(ctx, &tx, &row, claim.id).await?;
    }
    let done = ends(&tx, claim, &row, rings).await?;
    tx.commit().await?;
    Ok(done)
}

/// Notes a refusal, once; whether it was one.
pub(super) fn decline(row: &mut Locked, now: DateTime<Utc>, reason: &str, again: bool) -> bool {
    if !row.step(Happened::Declined, now) {
        return false;
    }
    row.declines += 1;
    row.attempt += 1;
    row.capture_began_at = None;
    row.failure = Some(reason.chars().take(100).collect());
    if !again || row.declines >= MAX_DECLINES {
        row.approve_url = None;
    }
    true
}

/// Ends the job, unless it was rung since it looked.
pub(super) async fn ends(tx: &impl sea_orm::ConnectionTrait, claim: &Claim, row: &Locked, rings: i32) -> Result<bool> {
    if row.rings == rings { queue::succeed(tx, claim, None).await.map(|()| true) } else { Ok(false) }
}

/// The organisation's and the payment's ids, as an internal error names what should not be.
pub(super) fn odd(row: &Locked, what: &str) -> Error {
    Error::internal(format!("{}: {what}", row.id))
}

db::statement! {
    fn select_asked_disputes(payment: PaymentId) -> String =
        "select provider_ref from dispute where payment_id = $1 and state = 'open' order by id limit 20";

    fn select_told_refunds(payment: PaymentId) -> ToldRefund = file "select_told_refunds.sql";
}
