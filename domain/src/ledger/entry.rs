//! Writing journals. Everything else in the ledger calls this.

use entity::OrgId;
use entity::account::AccountKind;
use entity::journal::JournalKind;
use sea_orm::{ConnectionTrait, FromQueryResult};
use serde_json::Value as Json;

use super::Cause;
use crate::db;
use crate::error::{Error, Result};

/// One side of a journal.
#[derive(Clone, Copy, Debug)]
pub struct Leg {
    /// The account; the organisation's own where it is of a customer's kind.
    pub account: AccountKind,
    /// What is added to it, in micro-units; negative for what is taken.
    pub micros: i64,
}

/// Opens the three accounts of an organisation, all at zero.
///
/// # Errors
/// When the database refuses it.
pub async fn open_wallet(tx: &impl ConnectionTrait, org: OrgId) -> Result<()> {
    db::exec(
        tx,
        db::sql(
            "insert into account (kind, org_id, currency, balance_micros) select kind, $1, 'USD', 0 from unnest(array['wallet', 'hold', 'receivable']) kind",
            [org.into()],
        ),
    )
    .await?;
    Ok(())
}

/// Writes a journal with its postings and moves the balances. None when a journal with this
/// cause exists: the money moved before, and does not move again.
///
/// # Errors
/// When a wallet or a hold would go below zero, or the legs do not sum to zero.
pub async fn write(
    tx: &impl ConnectionTrait,
    key: &str,
    kind: JournalKind,
    cause: Cause,
    legs: &[Leg],
    meta: Json,
) -> Result<Option<i64>> {
    debug_assert_eq!(legs.iter().map(|leg| leg.micros).sum::<i64>(), 0, "{key} does not balance");
    let journal: Option<i64> = db::scalar(
        tx,
        db::sql(
            "insert into journal (idem_key, kind, org_id, job_id, effective_at, meta) values ($1, $2, $3, $4, $5, $6) on conflict (idem_key) do nothing returning id",
            [key.into(), kind.into(), cause.org.into(), cause.job.into(), cause.at.into(), meta.into()],
        ),
    )
    .await?;
    let Some(journal) = journal else {
        return Ok(None);
    };
    for (seq, leg) in (1_i16..).zip(legs.iter().filter(|leg| leg.micros != 0)) {
        post(tx, journal, seq, cause.org, *leg).await?;
    }
    Ok(Some(journal))
}

async fn post(tx: &impl ConnectionTrait, journal: i64, seq: i16, org: OrgId, leg: Leg) -> Result<()> {
    let customers = matches!(leg.account, AccountKind::Wallet | AccountKind::Hold | AccountKind::Receivable);
    let statement = if customers {
        "with moved as (update account set balance_micros = balance_micros + $5, version = version + 1 where kind = $3 and org_id = $4 and currency = 'USD' returning id, balance_micros) \
         insert into posting (journal_id, seq, account_id, org_id, amount_micros, balance_after) select $1, $2, id, $4, $5, balance_micros from moved"
    } else {
        // A shared account keeps no balance: its row would be the one that every charge waits for.
        "insert into posting (journal_id, seq, account_id, org_id, amount_micros) select $1, $2, id, $4, $5 from account where kind = $3 and org_id is null and currency = 'USD'"
    };
    let written = db::exec(
        tx,
        db::sql(statement, [journal.into(), seq.into(), leg.account.into(), org.into(), leg.micros.into()]),
    )
    .await?;
    if written == 1 { Ok(()) } else { Err(Error::internal(format!("{org} has no {} account", leg.account))) }
}

/// Balances of an organisation, locked until the transaction ends.
#[derive(Clone, Copy, Debug)]
pub struct Balances {
    /// What can be spent, in micro-units.
    pub wallet: i64,
    /// What is owed, in micro-units, as a positive figure.
    pub owed: i64,
}

#[derive(FromQueryResult)]
struct Balance {
    kind: AccountKind,
    balance_micros: i64,
}

/// Locks the organisation's wallet and reads its balances.
///
/// # Errors
/// When there is no such organisation.
pub async fn lock(tx: &impl ConnectionTrait, org: OrgId) -> Result<Balances> {
    let rows: Vec<Balance> = db::all(
        tx,
        db::sql("select kind, balance_micros from account where org_id = $1 and currency = 'USD' and kind in ('wallet', 'receivable') order by id for update", [org.into()]),
    )
    .await?;
    let of = |kind| rows.iter().find(|row| row.kind == kind).map(|row| row.balance_micros);
    let wallet = of(AccountKind::Wallet).ok_or_else(|| Error::not_found("organisation"))?;
    Ok(Balances { wallet, owed: -of(AccountKind::Receivable).unwrap_or(0) })
}
