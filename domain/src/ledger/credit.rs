//! Credit that an administrator gives.

use entity::account::AccountKind;
use entity::journal::JournalKind;
use entity::{Money, OrgId};
use sea_orm::ConnectionTrait;
use serde_json::{Value as Json, json};

use super::Cause;
use super::account::lock;
use super::journal::{Leg, write};
use super::quote::{Quote, take_back};
use super::statement::{StatementRow, statement_row};
use crate::activity::{self, Event};
use crate::error::{Error, Result};
use crate::idempotency::{self, Begun, IdempotencyKey};
use crate::prepaid;
use crate::{Actor, Ctx, EventStatus, access, db, text};

/// The most credit that one entry gives: 100,000 units.
const MAX_CREDIT_MICROS: i64 = 100_000 * 1_000_000;

/// A credit as it was given.
#[derive(Clone, Debug)]
pub struct Credited {
    /// The entry on the statement.
    pub entry: StatementRow,
    /// The balance after it and after any debt it paid.
    pub balance: Money,
}

/// Gives an organisation credit, for a reason that stays on record. A debt is paid from it first.
///
/// # Errors
/// Field errors; `forbidden` for others than administrators; `step_up_required`; `not_found`.
pub async fn credit(
    ctx: &Ctx,
    actor: &Actor,
    org: OrgId,
    amount: Money,
    reason: &str,
    idem: &IdempotencyKey,
) -> Result<Credited> {
    let reason = checked(actor, amount, reason)?;
    let tx = ctx.begin().await?;
    if let Begun::Answered(body) = idempotency::begin(ctx, &tx, actor, idem).await? {
        // Given back first: a request that holds one connection and waits for a second can starve the pool.
        tx.rollback().await?;
        return replayed(ctx, org, &body).await;
    }
    let (journal, balance) = give(ctx, &tx, actor, org, amount, &reason).await?;
    idempotency::keep(&tx, actor, idem, json!({ "journal": journal, "balance_micros": balance.micros })).await?;
    tx.commit().await?;
    Ok(Credited { entry: statement_row(ctx, org, journal).await?, balance })
}

/// What the same would write and mean; nothing is given.
///
/// # Errors
/// As [`credit`].
pub async fn quote_credit(ctx: &Ctx, actor: &Actor, org: OrgId, amount: Money, reason: &str) -> Result<Quote> {
    let reason = checked(actor, amount, reason)?;
    let tx = ctx.begin().await?;
    give(ctx, &tx, actor, org, amount, &reason).await?;
    take_back(tx, org, None).await
}

/// The reason, as it stays on record.
fn checked(actor: &Actor, amount: Money, reason: &str) -> Result<String> {
    actor.admin()?;
    if amount.currency != entity::Currency::USD {
        return Err(Error::field("/amount/currency", "wallets are in USD"));
    }
    if amount.micros <= 0 || amount.micros > MAX_CREDIT_MICROS {
        return Err(Error::field(
            "/amount/amount",
            format!("give more than 0 and at most {}", Money::usd(MAX_CREDIT_MICROS)),
        ));
    }
    text::line("/reason", reason, 3, 500)
}

/// Gives the credit, and pays a debt from it. Returns the journal and the balance after both.
async fn give(
    ctx: &Ctx,
    tx: &impl ConnectionTrait,
    actor: &Actor,
    org: OrgId,
    amount: Money,
    reason: &str,
) -> Result<(i64, Money)> {
    let admin = actor.admin()?;
    access::verified(ctx, tx, actor).await?;
    let before = lock(tx, org).await?;
    let at = ctx.clock.now(tx).await?;
    let cause = Cause { org, job: None, at };
    let legs = [
        Leg { account: AccountKind::Wallet, micros: amount.micros },
        Leg { account: AccountKind::Adjustment, micros: -amount.micros },
    ];
    let id: uuid::Uuid = ctx.chance.id(at);
    let meta = json!({ "by": admin });
    let journal = write(tx, &format!("adjust:{id}"), JournalKind::Credit, cause, &legs, meta)
        .await?
        .ok_or_else(|| Error::internal("a fresh id was taken"))?;
    note_reason(tx, journal, reason).await?;
    let settled = before.owed.min(amount.micros);
    if settled > 0 {
        let legs = [
            Leg { account: AccountKind::Wallet, micros: -settled },
            Leg { account: AccountKind::Receivable, micros: settled },
        ];
        write(tx, &format!("settle:{id}"), JournalKind::Settlement, cause, &legs, json!({ "credit": journal })).await?;
    }
    activity::record(
        tx,
        Event::new("billing.credit", EventStatus::Success, format!("Credit of {amount} added"))
            .org(org)
            .actor(admin)
            .entity("org", org)
            .metadata(json!({ "amount_micros": amount.micros, "journal": journal, "reason": reason })),
    )
    .await?;
    prepaid::ring(ctx, tx, org).await?;
    Ok((journal, Money::usd(before.wallet + amount.micros - settled)))
}

/// Why an administrator moved money, beside the journal, where it can be erased.
pub(crate) async fn note_reason(tx: &impl ConnectionTrait, journal: i64, reason: &str) -> Result<()> {
    insert_reason(journal, reason).exec(tx).await?;
    Ok(())
}

async fn replayed(ctx: &Ctx, org: OrgId, body: &Json) -> Result<Credited> {
    let figure = |name: &str| body[name].as_i64().ok_or_else(|| Error::internal("a stored answer can't be read"));
    Ok(Credited {
        entry: statement_row(ctx, org, figure("journal")?).await?,
        balance: Money::usd(figure("balance_micros")?),
    })
}

db::statement! {
    fn insert_reason(journal: i64, reason: &str) =
        "insert into journal_reason (journal_id, reason) values ($1, $2)";
}
