//! Reading payments, as customers and as administrators do.

use chrono::{DateTime, Utc};
use entity::payment::{PayMode, PaymentState};
use entity::payment_capture::{CaptureState, Mismatch};
use entity::payment_refund::{RefundOrigin, RefundState, RefundTo};
use entity::{CaptureId, Currency, OrgId, PaymentId, RefundId, UserId};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::open::may_leave_for;
use super::refund::refundable_of;
use crate::error::{Error, Result};
use crate::page::{Page, PageRequest};
use crate::{Actor, Ctx, Perm, db};

/// How far a payment is, in words for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PublicState {
    /// It is being prepared.
    New,
    /// It can be approved.
    Open,
    /// The payer approved it; the money is being taken.
    Checking,
    /// The money is in the wallet.
    Credited,
    /// The provider examines it.
    Pending,
    /// It was declined.
    Declined,
    /// An administrator looks at it.
    Review,
    /// Its time is over.
    Expired,
    /// The customer left it.
    Cancelled,
}

impl PublicState {
    /// Every value.
    pub const ALL: &'static [Self] = &[
        Self::New,
        Self::Open,
        Self::Checking,
        Self::Credited,
        Self::Pending,
        Self::Declined,
        Self::Review,
        Self::Expired,
        Self::Cancelled,
    ];

    /// The word for this value.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Open => "open",
            Self::Checking => "checking",
            Self::Credited => "credited",
            Self::Pending => "pending",
            Self::Declined => "declined",
            Self::Review => "review",
            Self::Expired => "expired",
            Self::Cancelled => "cancelled",
        }
    }

    fn of(state: PaymentState, cancelled: bool) -> Self {
        match state {
            PaymentState::New | PaymentState::Open | PaymentState::Approved | PaymentState::Declined if cancelled => {
                Self::Cancelled
            }
            PaymentState::New => Self::New,
            PaymentState::Open => Self::Open,
            PaymentState::Approved | PaymentState::Capturing => Self::Checking,
            PaymentState::Credited => Self::Credited,
            PaymentState::Pending => Self::Pending,
            PaymentState::Declined => Self::Declined,
            PaymentState::Mismatch => Self::Review,
            PaymentState::Expired => Self::Expired,
        }
    }
}

db::row! {
    /// A payment. Amounts are in micro-units.
    #[derive(Clone, Debug)]
    pub struct PaymentView {
        /// Names it.
        pub id: PaymentId,
        /// Whose wallet it fills.
        pub org_id: OrgId,
        /// That organisation's name.
        pub org_name: String,
        /// Who asked for it.
        pub actor_id: UserId,
        /// Their name.
        pub actor_name: Option<String>,
        /// Of which of the provider's worlds it is.
        pub mode: PayMode,
        /// How far it is, exactly.
        pub state: PaymentState,
        /// What was asked for.
        pub amount_micros: i64,
        /// The currency of all amounts.
        pub currency: Currency,
        /// What arrived in the wallet.
        pub credited_micros: i64,
        /// What the provider kept of it.
        pub fee_micros: i64,
        /// What went back of it.
        pub refunded_micros: i64,
        /// What is on its way back.
        pub refunding_micros: i64,
        /// Whether a dispute is open.
        pub disputed: bool,
        /// The provider's id of its order.
        pub order_id: Option<String>,
        /// Where the payer approves it.
        pub approve_url: Option<String>,
        /// Why nothing came of it, in a word.
        pub failure: Option<String>,
        /// When the customer left it.
        pub cancelled_at: Option<DateTime<Utc>>,
        /// When it was asked for.
        pub created_at: DateTime<Utc>,
        /// Until when it can be approved.
        pub expires_at: DateTime<Utc>,
        /// When it was decided.
        pub ended_at: Option<DateTime<Utc>>,
    }
}

impl PaymentView {
    /// How far it is, in words for people.
    #[must_use]
    pub fn public(&self) -> PublicState {
        PublicState::of(self.state, self.cancelled_at.is_some())
    }

    /// Where the payer may go now: only while there is something to approve, and only to the provider's own pages.
    #[must_use]
    pub fn leave_for(&self, ctx: &Ctx) -> Option<String> {
        let open = matches!(self.public(), PublicState::Open | PublicState::Declined);
        self.approve_url.clone().filter(|url| open && may_leave_for(ctx, url))
    }
}

db::row! {
    /// Money that a payment took. Amounts are in micro-units.
    #[derive(Clone, Debug)]
    pub struct CaptureView {
        /// Names it.
        pub id: CaptureId,
        /// The provider's id.
        pub provider_ref: String,
        /// What became of it.
        pub state: CaptureState,
        /// Why, in the provider's word.
        pub reason: Option<String>,
        /// What was taken.
        pub amount_micros: i64,
        /// Its currency.
        pub currency: Currency,
        /// What the provider kept.
        pub fee_micros: Option<i64>,
        /// What does not fit.
        pub mismatch: Option<Mismatch>,
        /// When an administrator said whose it is.
        pub allocated_at: Option<DateTime<Utc>>,
        /// The payer's country.
        pub payer_country: Option<String>,
        /// When it was made.
        pub captured_at: DateTime<Utc>,
        /// What may go back to the payer now.
        #[sea_orm(skip)]
        pub refundable_micros: i64,
    }
}

db::row! {
    /// Money that goes back. Amounts are in micro-units.
    #[derive(Clone, Debug)]
    pub struct RefundView {
        /// Names it.
        pub id: RefundId,
        /// The payment.
        pub payment_id: PaymentId,
        /// Where it goes.
        pub destination: RefundTo,
        /// Who took it.
        pub origin: RefundOrigin,
        /// What became of it.
        pub state: RefundState,
        /// How much.
        pub amount_micros: i64,
        /// Its currency.
        pub currency: Currency,
        /// The provider's id.
        pub provider_ref: Option<String>,
        /// Why it failed, in a word.
        pub failure: Option<String>,
        /// Why, in the administrator's words.
        pub reason: String,
        /// The administrator who asked for it.
        pub asked_by_name: Option<String>,
        /// When.
        pub created_at: DateTime<Utc>,
        /// When it was decided.
        pub ended_at: Option<DateTime<Utc>>,
    }
}

/// A payment of the actor's organisation.
///
/// # Errors
/// `not_found`, for others' too; `forbidden`.
pub async fn get(ctx: &Ctx, actor: &Actor, payment: PaymentId) -> Result<PaymentView> {
    let org = actor.may(Perm::WalletRead)?;
    let found = select_payment(payment).one(&ctx.db).await?.filter(|found| found.org_id == org);
    found.ok_or_else(|| Error::not_found("payment"))
}

/// Payments of the actor's organisation, the newest first.
///
/// # Errors
/// `forbidden`; a field error when the cursor is not one of ours.
pub async fn list(ctx: &Ctx, actor: &Actor, request: &PageRequest) -> Result<Page<PaymentView>> {
    let org = actor.may(Perm::StatementRead)?;
    let rows = select_payments(Some(org), None, request.after()?, request.fetch()?).all(&ctx.db).await?;
    request.page(rows, |row: &PaymentView| row.id.0)
}

/// Which payments administrators list.
#[derive(Clone, Copy, Debug, Default)]
pub struct AdminFilter {
    /// Of this organisation.
    pub org: Option<OrgId>,
    /// That are so far.
    pub state: Option<PaymentState>,
}

/// All payments, the newest first.
///
/// # Errors
/// `forbidden` for others than administrators; a field error when the cursor is not one of ours.
pub async fn admin_list(
    ctx: &Ctx,
    actor: &Actor,
    filter: AdminFilter,
    request: &PageRequest,
) -> Result<Page<PaymentView>> {
    actor.admin()?;
    let rows = select_payments(filter.org, filter.state, request.after()?, request.fetch()?).all(&ctx.db).await?;
    request.page(rows, |row: &PaymentView| row.id.0)
}

/// A payment with what it took and what went back.
///
/// # Errors
/// `not_found`; `forbidden` for others than administrators.
pub async fn admin_get(
    ctx: &Ctx,
    actor: &Actor,
    payment: PaymentId,
) -> Result<(PaymentView, Vec<CaptureView>, Vec<RefundView>)> {
    actor.admin()?;
    // What may go back is judged under the wallet's lock, as it is when it goes.
    let tx = ctx.begin().await?;
    let found = select_payment(payment).one(&tx).await?.ok_or_else(|| Error::not_found("payment"))?;
    let mut captures = select_captures(payment).all(&tx).await?;
    let most = refundable_of(&tx, payment).await?;
    for capture in &mut captures {
        capture.refundable_micros = most.iter().find(|(id, _)| *id == capture.id).map_or(0, |(_, most)| *most);
    }
    let refunds = select_refunds(payment).all(&tx).await?;
    tx.rollback().await?;
    Ok((found, captures, refunds))
}

pub(super) async fn refund_view(db: &impl ConnectionTrait, refund: RefundId) -> Result<RefundView> {
    select_refund_view(refund).one(db).await?.ok_or_else(|| Error::not_found("refund"))
}

/// A payment, for a mail about it.
pub(crate) async fn mailed(ctx: &Ctx, payment: PaymentId) -> Result<PaymentView> {
    select_payment(payment).one(&ctx.db).await?.ok_or_else(|| Error::not_found("payment"))
}

/// A refund, for a mail about it.
pub(crate) async fn mailed_refund(ctx: &Ctx, refund: RefundId) -> Result<RefundView> {
    refund_view(&ctx.db, refund).await
}

db::statement! {
    fn select_payment(payment: PaymentId) -> PaymentView =
        file "payments.sql",
        "where p.id = $1";

    pub(super) fn select_payments(org: Option<OrgId>, state: Option<PaymentState>, after: Option<Uuid>, limit: i64)
        -> PaymentView =
        file "payments.sql",
        "where ($1::uuid is null or p.org_id = $1) and ($2::text is null or p.state = $2)
           and ($3::uuid is null or p.id < $3)
         order by p.id desc limit $4";

    fn select_captures(payment: PaymentId) -> CaptureView =
        "select id, provider_ref, state, reason, amount_micros, currency, fee_micros, mismatch, allocated_at,
           payer_country, captured_at
         from payment_capture where payment_id = $1 order by id limit 100";

    fn select_refunds(payment: PaymentId) -> RefundView =
        file "refunds.sql",
        "where r.payment_id = $1 order by r.id limit 100";

    fn select_refund_view(refund: RefundId) -> RefundView =
        file "refunds.sql",
        "where r.id = $1";
}
