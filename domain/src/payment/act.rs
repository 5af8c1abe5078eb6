//! What a customer does with a payment, besides paying it at the provider; and what makes it be looked at.

use chrono::{DateTime, Utc};
use entity::payment::PaymentState;
use entity::{JobId, OrgId, PaymentId};
use sea_orm::ConnectionTrait;

use super::read::{PaymentView, get};
use super::row::{Locked, lock, ring};
use super::state::Happened;
use crate::activity::{self, Event};
use crate::error::{Error, Result};
use crate::work::{self, Job};
use crate::{Actor, Ctx, EventStatus, Perm, db};

/// The customer does not want to pay it after all: we don't take the money. What the provider takes all the same is
/// booked.
///
/// # Errors
/// `not_found`; `payment_decided` when it is too late; `forbidden`.
pub async fn cancel(ctx: &Ctx, actor: &Actor, payment: PaymentId) -> Result<PaymentView> {
    let (org, tx) = (actor.may(Perm::WalletTopUp)?, ctx.begin().await?);
    let mut row = own(&tx, org, payment).await?;
    let undecided =
        matches!(row.state, PaymentState::New | PaymentState::Open | PaymentState::Approved | PaymentState::Declined);
    if row.cancelled_at.is_none() {
        if !undecided {
            let words = "This payment is decided already, so it can't be cancelled. Nothing was changed.";
            return Err(Error::conflict("payment_decided", words));
        }
        let now = ctx.clock.now(&tx).await?;
        row.cancelled_at = Some(now);
        row.write(&tx, now).await?;
        let words = "A payment was cancelled. Nothing was charged";
        let event = Event::new("billing.payment_cancelled", EventStatus::Info, words).org(org).by(actor);
        activity::record(&tx, event.entity("payment", payment)).await?;
    }
    tx.commit().await?;
    get(ctx, actor, payment).await
}

/// The customer came back from the provider: the payment is looked at now. After a refusal that means that they chose
/// other means. Nothing that the address said is believed.
///
/// # Errors
/// `not_found`; `forbidden`.
pub async fn returned(ctx: &Ctx, actor: &Actor, payment: PaymentId) -> Result<PaymentView> {
    let (org, tx) = (actor.may(Perm::WalletTopUp)?, ctx.begin().await?);
    let mut row = own(&tx, org, payment).await?;
    if row.order_id.is_some() {
        let now = ctx.clock.now(&tx).await?;
        if row.approve_url.is_some() && row.step(Happened::Returned, now) {
            row.write(&tx, now).await?;
        }
        ring(ctx, &tx, payment, org).await?;
    }
    tx.commit().await?;
    get(ctx, actor, payment).await
}

/// Makes a payment be looked at, for an administrator.
///
/// # Errors
/// `not_found`; `payment_new` while it has no order; `forbidden` for others than administrators.
pub async fn settle_now(ctx: &Ctx, actor: &Actor, payment: PaymentId) -> Result<JobId> {
    actor.admin()?;
    let tx = ctx.begin().await?;
    let row = lock(&tx, payment).await?;
    if row.order_id.is_none() {
        let words = "The payment has no order yet, so there is nothing to look at.";
        return Err(Error::conflict("payment_new", words));
    }
    ring(ctx, &tx, payment, row.org_id).await?;
    let job = work::open_of(&tx, &Job::SettlePayment { payment }).await?;
    tx.commit().await?;
    job.ok_or_else(|| Error::internal(format!("{payment} has no job after a ring")))
}

/// The provider told that the payer approved: after a refusal that means that they chose other means.
/// A late message about the approval that was refused means nothing.
pub(super) async fn approved_again(
    ctx: &Ctx,
    tx: &impl ConnectionTrait,
    payment: PaymentId,
    at: Option<DateTime<Utc>>,
) -> Result<()> {
    let mut row = lock(tx, payment).await?;
    let now = ctx.clock.now(tx).await?;
    let later = matches!((at, row.ended_at), (Some(at), Some(refused)) if at > refused);
    if later && row.approve_url.is_some() && row.step(Happened::Returned, now) {
        row.write(tx, now).await?;
    }
    Ok(())
}

/// A payment of the organisation, locked.
async fn own(tx: &impl ConnectionTrait, org: OrgId, payment: PaymentId) -> Result<Locked> {
    // Asked before it is locked: a stranger holds up nobody.
    select_org(payment).one(tx).await?.filter(|owner| *owner == org).ok_or_else(|| Error::not_found("payment"))?;
    lock(tx, payment).await
}

db::statement! {
    fn select_org(payment: PaymentId) -> OrgId = "select org_id from payment where id = $1";
}
