//! Money of an order: set aside, then earned or given back.

use entity::account::AccountKind;
use entity::journal::JournalKind;
use entity::{JobId, Money, VpsId};
use sea_orm::ConnectionTrait;
use serde_json::json;

use super::Cause;
use super::entry::{Leg, lock, write};
use crate::db;
use crate::error::{Error, ErrorKind, Result};

/// The order that money is set aside for.
#[derive(Clone, Debug)]
pub struct Order {
    /// The job that makes the server: it names the hold.
    pub job: JobId,
    /// The server.
    pub vps: VpsId,
    /// Its name, for the statement.
    pub label: String,
    /// The first hour's price in micro-units.
    pub micros: i64,
}

fn key(verb: &str, job: JobId) -> String {
    format!("{verb}:{job}")
}

/// Sets the first hour of an order aside. Locks the wallet until the transaction ends.
///
/// # Errors
/// `in_debt` while anything is owed, `insufficient_funds` with what is needed and available.
pub async fn hold(tx: &impl ConnectionTrait, cause: Cause, order: &Order) -> Result<()> {
    let balances = lock(tx, cause.org).await?;
    if balances.owed > 0 {
        return Err(Error::new(
            ErrorKind::PaymentRequired,
            "in_debt",
            "Your wallet has an open debt. Add credit to settle it, then order again. What you entered is kept.",
        )
        .with("owed", Money::usd(balances.owed)));
    }
    if balances.wallet < order.micros {
        return Err(Error::new(ErrorKind::PaymentRequired, "insufficient_funds", "Your wallet doesn't hold enough for the first hour. Add credit, then order again. What you entered is kept.")
            .with("needed", Money::usd(order.micros))
            .with("available", Money::usd(balances.wallet)));
    }
    let legs = [
        Leg { account: AccountKind::Wallet, micros: -order.micros },
        Leg { account: AccountKind::Hold, micros: order.micros },
    ];
    let meta = json!({ "vps": order.vps, "label": order.label });
    write(tx, &key("hold", order.job), JournalKind::Hold, cause, &legs, meta).await?;
    Ok(())
}

/// What the job set aside and has neither earned nor given back, in micro-units.
async fn held(tx: &impl ConnectionTrait, job: JobId) -> Result<Option<i64>> {
    db::scalar(
        tx,
        db::sql(
            "select p.amount_micros from journal j join posting p on p.journal_id = j.id join account a on a.id = p.account_id and a.kind = 'hold' \
             where j.idem_key = $1 and not exists (select from journal e where e.idem_key in ($2, $3))",
            [key("hold", job).into(), key("capture", job).into(), key("release", job).into()],
        ),
    )
    .await
}

/// Earns what an order set aside. Returns the journal and its amount, or none when that happened
/// before.
///
/// # Errors
/// When the database refuses it.
pub async fn capture(tx: &impl ConnectionTrait, cause: Cause, order: &Order) -> Result<Option<(i64, i64)>> {
    lock(tx, cause.org).await?;
    let Some(micros) = held(tx, order.job).await? else {
        return Ok(None);
    };
    let legs = [Leg { account: AccountKind::Hold, micros: -micros }, Leg { account: AccountKind::Revenue, micros }];
    let meta = json!({ "vps": order.vps, "label": order.label });
    let journal = write(tx, &key("capture", order.job), JournalKind::Capture, cause, &legs, meta).await?;
    Ok(journal.map(|journal| (journal, micros)))
}

/// Gives back what an order set aside. Harmless when that happened before, or when it was earned.
///
/// # Errors
/// When the database refuses it.
pub async fn release(tx: &impl ConnectionTrait, cause: Cause, order: &Order) -> Result<()> {
    lock(tx, cause.org).await?;
    let Some(micros) = held(tx, order.job).await? else {
        return Ok(());
    };
    let legs = [Leg { account: AccountKind::Hold, micros: -micros }, Leg { account: AccountKind::Wallet, micros }];
    let meta = json!({ "vps": order.vps, "label": order.label });
    write(tx, &key("release", order.job), JournalKind::Release, cause, &legs, meta).await?;
    Ok(())
}
