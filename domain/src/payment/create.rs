//! Asking to pay: a row and a job, which makes the order at the provider.

use chrono::{DateTime, TimeDelta, Utc};
use entity::payment::{PayMode, PayProvider};
use entity::{Currency, JobId, Money, OrgId, PaymentId, UserId};
use sea_orm::ConnectionTrait;
use serde_json::{Value as Json, json};

use super::limits::{self, mode_of};
use super::read::{PaymentView, get};
use crate::activity::{self, Event};
use crate::error::{Error, ErrorKind, Result};
use crate::idempotency::{self, Begun, IdempotencyKey};
use crate::identity;
use crate::ledger::{self, Cause, Quote, Topup};
use crate::work::{self, Job, NewJob};
use crate::{Actor, Ctx, EventStatus, Perm, Queue, access, db};

/// How long an order can be approved and captured.
const LIVES_FOR: TimeDelta = TimeDelta::hours(6);

/// A payment as it was asked for.
#[derive(Clone, Debug)]
pub struct NewPayment {
    /// It.
    pub payment: PaymentView,
    /// The job that makes its order.
    pub job: JobId,
}

/// Begins a payment into the wallet of the actor's organisation. The provider hears of it after the commit.
///
/// # Errors
/// Field errors; `payments_off`; `email_unverified`; `payments_paused`, `too_many_open_payments`, `rate_limited`,
/// `first_week_limit`; `idempotency_key_reused`; `forbidden`.
pub async fn create(ctx: &Ctx, actor: &Actor, amount: Money, idem: &IdempotencyKey) -> Result<NewPayment> {
    let asked = asked(ctx, actor, amount).await?;
    let Asked { payment, job, .. } = asked;
    let tx = ctx.begin().await?;
    let answer = json!({ "payment": payment, "job": job });
    if let Begun::Answered(body) = idempotency::begin_with(ctx, &tx, actor, idem, answer).await? {
        // Given back first: a request that holds one connection and waits for a second can starve the pool.
        tx.rollback().await?;
        return replayed(ctx, actor, &body).await;
    }
    begin(ctx, &tx, actor, &asked).await?;
    tx.commit().await?;
    Ok(NewPayment { payment: get(ctx, actor, payment).await?, job })
}

/// What the same would write and mean once the whole amount has arrived; nothing is begun. What the provider keeps is
/// known then alone, and is not the customer's. No tax is due on it: that is taken of hours.
///
/// # Errors
/// As [`create`].
pub async fn quote(ctx: &Ctx, actor: &Actor, amount: Money) -> Result<Quote> {
    let asked = asked(ctx, actor, amount).await?;
    let tx = ctx.begin().await?;
    begin(ctx, &tx, actor, &asked).await?;
    let cause = Cause { org: asked.org, job: None, at: asked.now };
    let capture = ctx.chance.id(asked.now);
    let Asked { payment, micros, .. } = asked;
    ledger::topup(&tx, cause, &Topup { payment, capture, micros, fee_micros: 0, currency: Currency::USD }).await?;
    ledger::take_back(tx, asked.org, None).await
}

/// A payment that may be begun, as far as that is judged without a transaction.
struct Asked {
    org: OrgId,
    user: UserId,
    micros: i64,
    mode: PayMode,
    now: DateTime<Utc>,
    payment: PaymentId,
    job: JobId,
}

async fn asked(ctx: &Ctx, actor: &Actor, amount: Money) -> Result<Asked> {
    let org = actor.may(Perm::WalletTopUp)?;
    let user = actor.user().ok_or_else(Error::forbidden)?;
    let micros = limits::amount(amount)?;
    let mode = mode_of(ctx.payments.as_ref().ok_or_else(off)?);
    work::admit(ctx, Queue::Billing).await?;
    let now = ctx.clock.now(&ctx.db).await?;
    Ok(Asked { org, user, micros, mode, now, payment: ctx.chance.id(now), job: ctx.chance.id(now) })
}

/// Begins it in the caller's transaction.
async fn begin(ctx: &Ctx, tx: &impl ConnectionTrait, actor: &Actor, asked: &Asked) -> Result<()> {
    let &Asked { org, user, micros, mode, now, payment, job } = asked;
    // The organisation first, as those who change its members do.
    lock_org(org).one(tx).await?.ok_or_else(|| Error::not_found("organisation"))?;
    access::confirm(tx, actor, Perm::WalletTopUp).await?;
    // Whatever the platform demands for orders: who pays can be reached.
    identity::verified_email(tx, user).await?;
    limits::judge(tx, org, now, micros).await?;
    insert_payment(payment, org, user, PayProvider::Paypal, mode, micros, Currency::USD, now, now + LIVES_FOR)
        .exec(tx)
        .await?;
    work::enqueue(ctx, tx, NewJob::new(Job::OpenPayment { payment }).id(job).org(org).by(actor).limited()).await?;
    let words = format!("A payment of {} was begun", Money::usd(micros));
    let event = Event::new("billing.payment", EventStatus::Info, words).org(org).by(actor);
    activity::record(tx, event.entity("payment", payment).job(job)).await
}

/// The answer to a request that was answered before.
async fn replayed(ctx: &Ctx, actor: &Actor, body: &Json) -> Result<NewPayment> {
    let id = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
    let payment: PaymentId = id("payment").parse().map_err(Error::internal)?;
    let job: JobId = id("job").parse().map_err(Error::internal)?;
    Ok(NewPayment { payment: get(ctx, actor, payment).await?, job })
}

pub(super) fn off() -> Error {
    let words = "Payments are not set up here yet. Ask support for credit.";
    Error::new(ErrorKind::Conflict, "payments_off", words)
}

db::statement! {
    /// Payments of one organisation are begun one after the other: their limits hold.
    fn lock_org(org: OrgId) -> OrgId = "select id from org where id = $1 and deleted_at is null for no key update";

    #[expect(clippy::too_many_arguments, reason = "one for each column")]
    fn insert_payment(
        id: PaymentId,
        org: OrgId,
        actor: UserId,
        provider: PayProvider,
        mode: PayMode,
        micros: i64,
        currency: Currency,
        now: DateTime<Utc>,
        expires_at: DateTime<Utc>,
    ) = file "insert_payment.sql";
}
