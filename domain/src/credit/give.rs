//! Giving credit, or asking for it.

use chrono::{DateTime, TimeDelta, Utc};
use entity::{CreditRequestId, Money, OrgId, UserId};
use sea_orm::ConnectionTrait;
use serde_json::{Value as Json, json};

use super::limit::alone_up_to;
use super::request::{self, CreditRequest, LIVES_FOR};
use crate::activity::{self, Event};
use crate::error::{Error, Result};
use crate::idempotency::{self, Begun, IdempotencyKey};
use crate::ledger::{self, Cause, Quote, StatementRow};
use crate::{Actor, Ctx, EventStatus, access, db, invoice, prepaid, text};

/// The most credit that one entry gives: 100,000 units.
const MAX_CREDIT_MICROS: i64 = 100_000 * 1_000_000;
/// What one administrator gave an organisation within this time counts together: a limit per entry would limit nothing.
const TOGETHER: TimeDelta = TimeDelta::hours(24);

/// Credit that was given, or that waits.
#[derive(Clone, Debug)]
pub struct Given {
    /// The entry on the statement; none while it waits.
    pub entry: Option<StatementRow>,
    /// The balance after it and after any debt it paid.
    pub balance: Money,
    /// What waits for another administrator.
    pub request: Option<CreditRequest>,
    /// Whether it is above the limit and was given all the same, since there is no other administrator.
    pub alone: bool,
}

/// Gives an organisation credit, for a reason that stays on record; a debt is paid from it first. What one
/// administrator gives an organisation beyond the limit within a day waits for another one, where there is one.
///
/// # Errors
/// Field errors; `forbidden` for others than administrators; `step_up_required`; `not_found`.
pub async fn give(
    ctx: &Ctx,
    actor: &Actor,
    org: OrgId,
    amount: Money,
    reason: &str,
    idem: &IdempotencyKey,
) -> Result<Given> {
    let (admin, reason) = checked(actor, amount, reason)?;
    let tx = ctx.begin().await?;
    if let Begun::Answered(body) = idempotency::begin(ctx, &tx, actor, idem).await? {
        // Given back first: a request that holds one connection and waits for a second can starve the pool.
        tx.rollback().await?;
        return answer(ctx, org, &body).await;
    }
    let body = book(ctx, &tx, actor, admin, (org, amount, &reason)).await?;
    idempotency::keep(&tx, actor, idem, body.clone()).await?;
    tx.commit().await?;
    answer(ctx, org, &body).await
}

/// What the same would write and mean; nothing is given. Where it would wait for another administrator, nothing is
/// written.
///
/// # Errors
/// As [`give`].
pub async fn quote(ctx: &Ctx, actor: &Actor, org: OrgId, amount: Money, reason: &str) -> Result<Quote> {
    let (admin, reason) = checked(actor, amount, reason)?;
    let tx = ctx.begin().await?;
    book(ctx, &tx, actor, admin, (org, amount, &reason)).await?;
    ledger::take_back(tx, org, None).await
}

/// The administrator, and the reason as it stays on record.
fn checked(actor: &Actor, amount: Money, reason: &str) -> Result<(UserId, String)> {
    let admin = actor.admin()?.ok_or_else(Error::forbidden)?;
    if amount.currency != entity::Currency::USD {
        return Err(Error::field("/amount/currency", "wallets are in USD"));
    }
    if amount.micros <= 0 || amount.micros > MAX_CREDIT_MICROS {
        return Err(Error::field(
            "/amount/amount",
            format!("give more than 0 and at most {}", Money::usd(MAX_CREDIT_MICROS)),
        ));
    }
    Ok((admin, text::line("/reason", reason, 3, 500)?))
}

/// Gives the credit, or writes down that it waits. Returns the answer that is stored.
async fn book(
    ctx: &Ctx,
    tx: &impl ConnectionTrait,
    actor: &Actor,
    admin: UserId,
    (org, amount, reason): (OrgId, Money, &str),
) -> Result<Json> {
    access::verified(ctx, tx, actor).await?;
    ledger::lock_wallet(tx, org).await?;
    let at = ctx.clock.now(tx).await?;
    let together = ledger::given_lately(tx, org, admin, at - TOGETHER).await? + amount.micros;
    Ok(match alone_up_to(tx, Some(admin)).await? {
        Some(limit) if together > limit => ask(ctx, tx, admin, (org, amount, reason), at).await?,
        second => {
            let alone = second.is_none() && together > super::limit::limit(tx).await?;
            let id: uuid::Uuid = ctx.chance.id(at);
            let cause = Cause { org, job: None, at };
            let given = ledger::give_credit(tx, cause, id, amount.micros, (reason, json!({ "by": admin }))).await?;
            tell(tx, actor, org, amount, reason, given.0, alone).await?;
            invoice::receipt(ctx, tx, org, given.0).await?;
            prepaid::ring(ctx, tx, org).await?;
            json!({ "journal": given.0, "balance_micros": given.1, "alone": alone })
        }
    })
}

/// Lets an amount pass that an administrator may take off a debt alone, which counts together with the credit that they
/// gave. The caller holds the wallet's lock.
///
/// # Errors
/// `two_needed`.
pub(crate) async fn within_limit(
    tx: &impl ConnectionTrait,
    admin: Option<UserId>,
    org: OrgId,
    micros: i64,
    at: DateTime<Utc>,
) -> Result<()> {
    let (Some(admin), Some(limit)) = (admin, alone_up_to(tx, admin).await?) else { return Ok(()) };
    if ledger::given_lately(tx, org, admin, at - TOGETHER).await? + micros <= limit {
        return Ok(());
    }
    let words = format!(
        "One administrator writes off {} a day and organisation at most. The operator can write off more, at the \
         command line: skypanel ledger write-off",
        Money::usd(limit)
    );
    Err(Error::conflict("two_needed", words))
}

async fn tell(
    tx: &impl ConnectionTrait,
    actor: &Actor,
    org: OrgId,
    amount: Money,
    reason: &str,
    journal: i64,
    alone: bool,
) -> Result<()> {
    let event = Event::new("billing.credit", EventStatus::Success, format!("Credit of {amount} added"));
    let meta = json!({ "amount_micros": amount.micros, "journal": journal, "reason": reason });
    activity::record(tx, event.org(org).by(actor).entity("org", org).metadata(meta)).await?;
    if !alone {
        return Ok(());
    }
    // Not for the customer: how many administrators there are is none of theirs.
    let words = format!("Credit of {amount} is above the limit and was given by one: there is no other administrator");
    let event = Event::new("billing.credit_alone", EventStatus::Warning, words).by(actor);
    activity::record(tx, event.entity("org", org).metadata(json!({ "journal": journal }))).await
}

/// Writes down what waits for another administrator.
async fn ask(
    ctx: &Ctx,
    tx: &impl ConnectionTrait,
    admin: UserId,
    (org, amount, reason): (OrgId, Money, &str),
    at: DateTime<Utc>,
) -> Result<Json> {
    let id: CreditRequestId = ctx.chance.id(at);
    insert_request(id, org, amount.micros, reason, admin, at, at + LIVES_FOR).exec(tx).await?;
    // The organisation is not told: nothing happened to it yet.
    let words = format!("Credit of {amount} was asked for: another administrator decides");
    let event = Event::new("billing.credit_asked", EventStatus::Info, words).actor(admin).entity("org", org);
    let meta = json!({ "amount_micros": amount.micros, "request": id, "reason": reason });
    activity::record(tx, event.metadata(meta)).await?;
    Ok(json!({ "request": id }))
}

async fn answer(ctx: &Ctx, org: OrgId, body: &Json) -> Result<Given> {
    if let Some(id) = body["request"].as_str() {
        let id: CreditRequestId = id.parse().map_err(Error::internal)?;
        let request = request::find(ctx, id).await?;
        let balance = Money::usd(request.balance_micros);
        return Ok(Given { entry: None, balance, request: Some(request), alone: false });
    }
    let figure = |name: &str| body[name].as_i64().ok_or_else(|| Error::internal("a stored answer can't be read"));
    Ok(Given {
        entry: Some(ledger::statement_row(ctx, org, figure("journal")?).await?),
        balance: Money::usd(figure("balance_micros")?),
        request: None,
        alone: body["alone"].as_bool().unwrap_or_default(),
    })
}

db::statement! {
    fn insert_request(
        id: CreditRequestId,
        org: OrgId,
        micros: i64,
        reason: &str,
        by: UserId,
        at: DateTime<Utc>,
        until: DateTime<Utc>,
    ) =
        "insert into credit_request (id, org_id, amount_micros, reason, asked_by, asked_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7)";
}
