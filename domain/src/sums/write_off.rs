//! Debts that will not be paid.

use entity::{Currency, Money, OrgId};
use sea_orm::ConnectionTrait;
use serde_json::{Value as Json, json};

use crate::activity::{self, Event};
use crate::error::{Error, Result};
use crate::idempotency::{self, Begun, IdempotencyKey};
use crate::ledger::{self, Cause, Quote, StatementRow};
use crate::{Actor, Ctx, EventStatus, access, credit, prepaid, text};

/// A debt that was written off.
#[derive(Clone, Debug)]
pub struct WrittenOff {
    /// The entry on the statement.
    pub entry: StatementRow,
    /// What is still owed.
    pub owed: Money,
}

/// Writes off what an organisation owes, or a part of it, for a reason that stays on record: it need not be paid any
/// more, and orders are possible again once nothing is owed. Beyond what one of two administrators gives alone it is
/// the operator's. Without a key, as from the command line, each call is another one.
///
/// # Errors
/// Field errors; `two_needed`; `step_up_required`; `not_found`; `forbidden` for others than administrators.
pub async fn write_off(
    ctx: &Ctx,
    actor: &Actor,
    org: OrgId,
    amount: Money,
    reason: &str,
    idem: Option<&IdempotencyKey>,
) -> Result<WrittenOff> {
    let reason = checked(actor, amount, reason)?;
    let tx = ctx.begin().await?;
    if let Some(idem) = idem
        && let Begun::Answered(body) = idempotency::begin(ctx, &tx, actor, idem).await?
    {
        // Given back first: a request that holds one connection and waits for a second can starve the pool.
        tx.rollback().await?;
        return answer(ctx, org, &body).await;
    }
    let body = book(ctx, &tx, actor, (org, amount, &reason)).await?;
    if let Some(idem) = idem {
        idempotency::keep(&tx, actor, idem, body.clone()).await?;
    }
    tx.commit().await?;
    answer(ctx, org, &body).await
}

/// What the same would write and mean; nothing is written off.
///
/// # Errors
/// As [`write_off`].
pub async fn quote_write_off(ctx: &Ctx, actor: &Actor, org: OrgId, amount: Money, reason: &str) -> Result<Quote> {
    let reason = checked(actor, amount, reason)?;
    let tx = ctx.begin().await?;
    book(ctx, &tx, actor, (org, amount, &reason)).await?;
    ledger::take_back(tx, org, None).await
}

/// The reason, as it stays on record.
fn checked(actor: &Actor, amount: Money, reason: &str) -> Result<String> {
    actor.admin()?;
    if amount.currency != Currency::USD {
        return Err(Error::field("/amount/currency", "wallets are in USD"));
    }
    if amount.micros <= 0 {
        return Err(Error::field("/amount/amount", "write off more than 0"));
    }
    text::line("/reason", reason, 3, 500)
}

/// Writes it off in the caller's transaction. Returns the answer that is stored.
async fn book(
    ctx: &Ctx,
    tx: &impl ConnectionTrait,
    actor: &Actor,
    (org, amount, reason): (OrgId, Money, &str),
) -> Result<Json> {
    let admin = actor.admin()?;
    access::verified(ctx, tx, actor).await?;
    ledger::lock_wallet(tx, org).await?;
    let at = ctx.clock.now(tx).await?;
    credit::within_limit(tx, admin, org, amount.micros, at).await?;
    let id: uuid::Uuid = ctx.chance.id(at);
    let cause = Cause { org, job: None, at };
    let meta = json!({ "by": admin });
    let (journal, owed) = ledger::write_off(tx, cause, id, amount.micros, (reason, meta)).await?;
    let event = Event::new("billing.write_off", EventStatus::Info, format!("A debt of {amount} was written off"));
    let told = json!({ "amount_micros": amount.micros, "journal": journal, "reason": reason });
    activity::record(tx, event.org(org).by(actor).entity("org", org).metadata(told)).await?;
    prepaid::ring(ctx, tx, org).await?;
    Ok(json!({ "journal": journal, "owed_micros": owed }))
}

async fn answer(ctx: &Ctx, org: OrgId, body: &Json) -> Result<WrittenOff> {
    let figure = |name: &str| body[name].as_i64().ok_or_else(|| Error::internal("a stored answer can't be read"));
    Ok(WrittenOff {
        entry: ledger::statement_row(ctx, org, figure("journal")?).await?,
        owed: Money::usd(figure("owed_micros")?),
    })
}
