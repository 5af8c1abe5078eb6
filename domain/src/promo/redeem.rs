//! Using a code.

use chrono::{DateTime, Utc};
use entity::{Money, OrgId, PromoId, UserId};
use sea_orm::ConnectionTrait;
use serde_json::{Value as Json, json};

use super::canonical;
use crate::activity::{self, Event};
use crate::error::{Error, Result};
use crate::idempotency::{self, Begun, IdempotencyKey};
use crate::ledger::{self, Cause, Quote, StatementRow};
use crate::{Actor, Ctx, EventStatus, Perm, access, db, identity, prepaid};

/// The code of the answer to every code that does not count: who tries codes learns nothing from it.
pub const REFUSED: &str = "promo_refused";

/// Credit that a code gave.
#[derive(Clone, Debug)]
pub struct Redeemed {
    /// The entry on the statement.
    pub entry: StatementRow,
    /// The balance after it and after any debt it paid.
    pub balance: Money,
}

db::row! {
    struct Locked {
        id: PromoId,
        code: String,
        amount_micros: i64,
        counts: bool,
    }
}

/// Gives the actor's organisation what a code is worth. A debt is paid from it first.
///
/// # Errors
/// `promo_refused` alike for a code that is unknown, ended, past its time or used up; `promo_used` when the
/// organisation used it before; `email_unverified`; `idempotency_key_reused`; `forbidden`.
pub async fn redeem(ctx: &Ctx, actor: &Actor, code: &str, idem: &IdempotencyKey) -> Result<Redeemed> {
    let who = taker(actor)?;
    let tx = ctx.begin().await?;
    if let Begun::Answered(body) = idempotency::begin(ctx, &tx, actor, idem).await? {
        // Given back first: a request that holds one connection and waits for a second can starve the pool.
        tx.rollback().await?;
        return answer(ctx, who.0, &body).await;
    }
    let body = take(ctx, &tx, actor, who, code).await?;
    idempotency::keep(&tx, actor, idem, body.clone()).await?;
    tx.commit().await?;
    answer(ctx, who.0, &body).await
}

/// What the same would write and mean; the code is not used. Who asks for it has typed a code: what does not count
/// counts as an attempt, here too.
///
/// # Errors
/// As [`redeem`].
pub async fn quote(ctx: &Ctx, actor: &Actor, code: &str) -> Result<Quote> {
    let who = taker(actor)?;
    let tx = ctx.begin().await?;
    take(ctx, &tx, actor, who, code).await?;
    ledger::take_back(tx, who.0, None).await
}

/// Whose wallet, and who fills it.
fn taker(actor: &Actor) -> Result<(OrgId, UserId)> {
    let org = actor.may(Perm::WalletTopUp)?;
    Ok((org, actor.user().ok_or_else(Error::forbidden)?))
}

/// Uses the code in the caller's transaction. Returns the answer that is stored.
async fn take(
    ctx: &Ctx,
    tx: &impl ConnectionTrait,
    actor: &Actor,
    (org, user): (OrgId, UserId),
    code: &str,
) -> Result<Json> {
    access::confirm(tx, actor, Perm::WalletTopUp).await?;
    // Who takes credit can be reached: otherwise a program makes organisations as fast as codes allow.
    identity::verified_email(tx, user).await?;
    let code = canonical(code).ok_or_else(refused)?;
    let now = ctx.clock.now(tx).await?;
    // The code is locked before the wallet, by all who use it: its last use is one organisation's.
    let promo = lock_code(&code, now).one(tx).await?.ok_or_else(refused)?;
    if was_used(promo.id, org).only(tx).await? {
        let words = "Your organisation used this code already. Each organisation may use it once.";
        return Err(Error::conflict("promo_used", words));
    }
    if !promo.counts {
        return Err(refused());
    }
    let cause = Cause { org, job: None, at: now };
    let given = ledger::give_promo(tx, cause, (promo.id, &promo.code), promo.amount_micros).await?;
    let (journal, balance) = given.ok_or_else(|| Error::internal("a promo code was booked without a use"))?;
    insert_use(promo.id, org, user, journal, now).exec(tx).await?;
    count_use(promo.id).exec(tx).await?;
    let amount = Money::usd(promo.amount_micros);
    let event = Event::new("billing.promo", EventStatus::Success, format!("A promo code added {amount}"));
    let meta = json!({ "amount_micros": promo.amount_micros, "journal": journal, "promo": promo.id });
    activity::record(tx, event.org(org).by(actor).entity("org", org).metadata(meta)).await?;
    prepaid::ring(ctx, tx, org).await?;
    Ok(json!({ "journal": journal, "balance_micros": balance }))
}

async fn answer(ctx: &Ctx, org: OrgId, body: &Json) -> Result<Redeemed> {
    let figure = |name: &str| body[name].as_i64().ok_or_else(|| Error::internal("a stored answer can't be read"));
    Ok(Redeemed {
        entry: ledger::statement_row(ctx, org, figure("journal")?).await?,
        balance: Money::usd(figure("balance_micros")?),
    })
}

fn refused() -> Error {
    let words = "This code can't be used. It may be mistyped, past its time or used up. Nothing was changed.";
    Error::conflict(REFUSED, words)
}

db::statement! {
    fn lock_code(code: &str, now: DateTime<Utc>) -> Locked = file "lock_code.sql";

    fn was_used(code: PromoId, org: OrgId) -> bool =
        "select exists(select from promo_use where code_id = $1 and org_id = $2)";

    fn insert_use(code: PromoId, org: OrgId, user: UserId, journal: i64, now: DateTime<Utc>) =
        "insert into promo_use (code_id, org_id, used_by, journal_id, used_at) values ($1, $2, $3, $4, $5)";

    fn count_use(code: PromoId) = "update promo_code set uses = uses + 1 where id = $1";
}
