//! Payments on the wire, as administrators see them.

use domain::payment::{CaptureView, DisputeView, PaymentView, RefundView, Unallocated};
use domain::{
    CaptureId, CaptureState, Ctx, DisputeId, DisputeState, JobId, Mismatch, OrgId, PaymentId, PaymentState, RefundId,
    RefundOrigin, RefundState, RefundTo,
};
use poem_openapi::Object;

use crate::routes::payments::Payment;
use crate::wire::{Choice, Id, Money, Time, Vocabulary, Word};

macro_rules! words {
    ($($kind:ident $name:literal: $about:literal;)+) => { $(
        impl Vocabulary for $kind {
            const NAME: &'static str = $name;
            const ABOUT: &'static str = $about;
            fn all() -> Vec<Self> {
                Self::ALL.to_vec()
            }
            fn word(self) -> &'static str {
                self.as_str()
            }
        }
    )+ };
}

words! {
    PaymentState "PaymentStage": "How far a payment is, exactly.";
    CaptureState "CaptureState": "What became of money that a payment took.";
    Mismatch "PaymentMismatch": "What of the money does not fit its payment.";
    RefundTo "RefundTo": "Where money goes back to.";
    RefundOrigin "RefundOrigin": "Who took money back.";
    RefundState "RefundState": "What became of money that goes back.";
    DisputeState "DisputeState": "How far a dispute is.";
}

/// An amount in any currency: what arrives need not be what was asked for.
#[derive(Debug, Object)]
pub struct ForeignMoney {
    /// Decimal digits, six of them after the point.
    #[oai(validator(max_length = 21))]
    amount: String,
    /// An ISO 4217 code.
    #[oai(validator(max_length = 3))]
    currency: String,
}

impl ForeignMoney {
    fn of(micros: i64, currency: domain::Currency) -> Self {
        let money = domain::Money { micros, currency };
        Self { amount: money.amount(), currency: currency.code().to_owned() }
    }
}

/// A payment, as administrators see it.
#[derive(Debug, Object)]
pub struct AdminPayment {
    /// The payment.
    payment: Payment,
    /// How far it is, exactly.
    stage: Word<PaymentState>,
    /// The organisation whose wallet it fills.
    org_id: Id<OrgId>,
    /// That organisation's name.
    #[oai(validator(max_length = 100))]
    org_name: String,
    /// What the provider kept of it.
    fee: Money,
    /// The provider's id of its order.
    #[oai(validator(max_length = 100))]
    order_ref: Option<String>,
    /// Why nothing came of it, in the provider's word.
    #[oai(validator(max_length = 100))]
    failure: Option<String>,
}

impl AdminPayment {
    /// A payment with whose it is.
    #[must_use]
    pub fn of(view: &PaymentView, ctx: &Ctx) -> Self {
        Self {
            payment: Payment::of(view, ctx),
            stage: Word(view.state),
            org_id: Id(view.org_id),
            org_name: view.org_name.clone(),
            fee: Money::usd(view.fee_micros),
            order_ref: view.order_id.clone(),
            failure: view.failure.clone(),
        }
    }
}

/// Money that a payment took.
#[derive(Debug, Object)]
pub struct PaymentCapture {
    /// Its id.
    id: Id<CaptureId>,
    /// The provider's id.
    #[oai(validator(max_length = 100))]
    provider_ref: String,
    /// What became of it.
    state: Word<CaptureState>,
    /// Why, in the provider's word.
    #[oai(validator(max_length = 100))]
    reason: Option<String>,
    /// What was taken.
    amount: ForeignMoney,
    /// What the provider kept; null while it is pending.
    fee: Option<ForeignMoney>,
    /// What does not fit the payment.
    mismatch: Option<Word<Mismatch>>,
    /// When an administrator said whose it is.
    allocated_at: Option<Time>,
    /// What may go back to its payer now.
    refundable: ForeignMoney,
    /// When it was made.
    captured_at: Time,
}

impl From<CaptureView> for PaymentCapture {
    fn from(view: CaptureView) -> Self {
        let money = |micros| ForeignMoney::of(micros, view.currency);
        Self {
            id: Id(view.id),
            state: Word(view.state),
            amount: money(view.amount_micros),
            fee: view.fee_micros.map(money),
            mismatch: view.mismatch.map(Word),
            allocated_at: view.allocated_at.map(Into::into),
            refundable: money(view.refundable_micros),
            captured_at: view.captured_at.into(),
            reason: view.reason,
            provider_ref: view.provider_ref,
        }
    }
}

/// Money that goes back.
#[derive(Debug, Object)]
pub struct PaymentRefund {
    /// Its id.
    id: Id<RefundId>,
    /// The payment that it is about.
    payment_id: Id<PaymentId>,
    /// Where it goes.
    to: Word<RefundTo>,
    /// Who took it.
    origin: Word<RefundOrigin>,
    /// What became of it.
    state: Word<RefundState>,
    /// How much.
    amount: ForeignMoney,
    /// The provider's id.
    #[oai(validator(max_length = 100))]
    provider_ref: Option<String>,
    /// Why it failed, in the provider's word.
    #[oai(validator(max_length = 100))]
    failure: Option<String>,
    /// Why, in the administrator's words.
    #[oai(validator(max_length = 500))]
    reason: String,
    /// The administrator who asked for it.
    #[oai(validator(max_length = 100))]
    by: Option<String>,
    /// When.
    created_at: Time,
    /// When it was decided.
    ended_at: Option<Time>,
}

impl From<RefundView> for PaymentRefund {
    fn from(view: RefundView) -> Self {
        Self {
            id: Id(view.id),
            payment_id: Id(view.payment_id),
            to: Word(view.destination),
            origin: Word(view.origin),
            state: Word(view.state),
            amount: ForeignMoney::of(view.amount_micros, view.currency),
            provider_ref: view.provider_ref,
            failure: view.failure,
            reason: view.reason,
            by: view.asked_by_name,
            created_at: view.created_at.into(),
            ended_at: view.ended_at.map(Into::into),
        }
    }
}

/// A payment with everything that became of it.
#[derive(Debug, Object)]
pub struct PaymentDetail {
    /// The payment.
    payment: AdminPayment,
    /// What it took.
    #[oai(validator(max_items = 100))]
    captures: Vec<PaymentCapture>,
    /// What went back.
    #[oai(validator(max_items = 100))]
    refunds: Vec<PaymentRefund>,
}

/// A payer's complaint at the provider.
#[derive(Debug, Object)]
pub struct Dispute {
    /// Its id.
    id: Id<DisputeId>,
    /// The provider's id.
    #[oai(validator(max_length = 100))]
    provider_ref: String,
    /// The payment that it is about.
    payment_id: Id<PaymentId>,
    /// The organisation.
    org_id: Id<OrgId>,
    /// Its name.
    #[oai(validator(max_length = 100))]
    org_name: String,
    /// How far it is.
    state: Word<DisputeState>,
    /// Its stage, in the provider's word.
    #[oai(validator(max_length = 100))]
    stage: String,
    /// What is disputed; null until the provider was asked.
    amount: Option<Money>,
    /// What is set aside for it.
    held: Money,
    /// Until when an answer is due.
    due_at: Option<Time>,
    /// When it was learned of.
    opened_at: Time,
    /// When it ended.
    ended_at: Option<Time>,
}

impl From<DisputeView> for Dispute {
    fn from(view: DisputeView) -> Self {
        Self {
            id: Id(view.id),
            provider_ref: view.provider_ref,
            payment_id: Id(view.payment_id),
            org_id: Id(view.org_id),
            org_name: view.org_name,
            state: Word(view.state),
            stage: view.stage,
            amount: view.amount_micros.map(Money::usd),
            held: Money::usd(view.held_micros),
            due_at: view.due_at.map(Into::into),
            opened_at: view.opened_at.into(),
            ended_at: view.ended_at.map(Into::into),
        }
    }
}

/// Money that arrived and fits no payment.
#[derive(Debug, Object)]
pub struct UnallocatedMoney {
    /// Its capture.
    id: Id<CaptureId>,
    /// The payment that it came with.
    payment_id: Id<PaymentId>,
    /// Whose payment that is.
    org_id: Id<OrgId>,
    /// That organisation's name.
    #[oai(validator(max_length = 100))]
    org_name: String,
    /// The provider's id.
    #[oai(validator(max_length = 100))]
    provider_ref: String,
    /// What does not fit.
    mismatch: Word<Mismatch>,
    /// What was asked for.
    asked: Money,
    /// What is left of what came.
    amount: ForeignMoney,
    /// When it came.
    captured_at: Time,
}

impl From<Unallocated> for UnallocatedMoney {
    fn from(view: Unallocated) -> Self {
        Self {
            id: Id(view.id),
            payment_id: Id(view.payment_id),
            org_id: Id(view.org_id),
            org_name: view.org_name,
            provider_ref: view.provider_ref,
            mismatch: Word(view.mismatch),
            asked: Money::usd(view.asked_micros),
            amount: ForeignMoney::of(view.amount_micros - view.refunded_micros, view.currency),
            captured_at: view.captured_at.into(),
        }
    }
}

impl PaymentDetail {
    /// A payment with its captures and refunds.
    #[must_use]
    pub fn of((view, captures, refunds): (PaymentView, Vec<CaptureView>, Vec<RefundView>), ctx: &Ctx) -> Self {
        Self {
            payment: AdminPayment::of(&view, ctx),
            captures: captures.into_iter().map(Into::into).collect(),
            refunds: refunds.into_iter().map(Into::into).collect(),
        }
    }
}

/// A job that was rung.
#[derive(Debug, Object)]
pub struct Rung {
    /// The job.
    pub job_id: Id<JobId>,
}

/// Money to give back.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct GiveBack {
    /// How much: more than zero.
    pub(super) amount: Money,
    /// To whom: to the payer what was paid and not spent; to the wallet what was charged.
    pub(super) to: Choice<RefundTo>,
    /// Why, which is recorded.
    #[oai(validator(min_length = 3, max_length = 500))]
    pub(super) reason: String,
}

/// Whose money is that fits nothing.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct Allocate {
    /// The organisation whose wallet gets it.
    pub(super) org_id: Id<OrgId>,
    /// Why, which is recorded.
    #[oai(validator(min_length = 3, max_length = 500))]
    pub(super) reason: String,
}

/// What was paid out to the bank.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct RecordPayout {
    /// How much.
    pub(super) amount: Money,
    /// The bank's word for it.
    #[oai(validator(min_length = 1, max_length = 200))]
    pub(super) reference: String,
}

/// A payout that was recorded.
#[derive(Debug, Object)]
pub struct Payout {
    /// How much.
    pub(super) amount: Money,
}
