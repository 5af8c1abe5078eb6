//! The accounts of an organisation: opened together, and locked in one order.

use entity::OrgId;
use entity::account::AccountKind;
use sea_orm::ConnectionTrait;

use crate::db;
use crate::error::{Error, Result};

/// Balances of an organisation, locked until the transaction ends.
#[derive(Clone, Copy, Debug)]
pub(super) struct Locked {
    /// What can be spent, in micro-units.
    pub(super) wallet: i64,
    /// What is owed, in micro-units, as a positive figure.
    pub(super) owed: i64,
}

db::row! {
    struct Balance {
        kind: AccountKind,
        balance_micros: i64,
    }
}

/// Opens the accounts of an organisation, all at zero.
///
/// # Errors
/// When the database refuses it.
pub async fn open_wallet(tx: &impl ConnectionTrait, org: OrgId) -> Result<()> {
    insert_accounts(org).exec(tx).await?;
    Ok(())
}

/// Locks the organisation's wallet, and after it what is owed, and reads both.
///
/// # Errors
/// `not_found` when the organisation has no wallet.
pub(super) async fn lock(tx: &impl ConnectionTrait, org: OrgId) -> Result<Locked> {
    let rows = lock_balances(org).all(tx).await?;
    let of = |kind| rows.iter().find(|row| row.kind == kind).map(|row| row.balance_micros);
    let wallet = of(AccountKind::Wallet).ok_or_else(|| Error::not_found("organisation"))?;
    Ok(Locked { wallet, owed: -of(AccountKind::Receivable).unwrap_or(0) })
}

/// What is set aside, in micro-units: the caller holds the wallet's lock, under which alone it changes.
pub(super) async fn lock_held(tx: &impl ConnectionTrait, org: OrgId) -> Result<i64> {
    select_set_aside(org).only(tx).await
}

/// What an organisation still holds or owes, in micro-units.
#[derive(Clone, Copy, Debug)]
pub struct Remaining {
    /// What can be spent.
    pub wallet_micros: i64,
    /// What is set aside for orders in progress.
    pub held_micros: i64,
    /// What is owed, as a positive figure.
    pub owed_micros: i64,
}

/// Locks the organisation's wallet until the transaction ends, and reads what remains.
///
/// # Errors
/// `not_found` when the organisation has no wallet.
pub async fn remaining(tx: &impl ConnectionTrait, org: OrgId) -> Result<Remaining> {
    let Locked { wallet, owed } = lock(tx, org).await?;
    // Money is set aside and given back under the wallet's lock alone.
    let held = select_set_aside(org).only(tx).await?;
    Ok(Remaining { wallet_micros: wallet, held_micros: held, owed_micros: owed })
}

db::statement! {
    fn select_set_aside(org: OrgId) -> i64 =
        "select balance_micros from account where org_id = $1 and currency = 'USD' and kind = 'hold'";

    /// The wallet's id is the smallest, since locks are taken in the order of ids.
    fn insert_accounts(org: OrgId) =
        "insert into account (kind, org_id, currency, balance_micros)
         select kind, $1, 'USD', 0 from unnest(array['wallet', 'hold', 'receivable', 'refund']) kind";

    fn lock_balances(org: OrgId) -> Balance =
        "select kind, balance_micros from account
         where org_id = $1 and currency = 'USD' and kind in ('wallet', 'receivable')
         order by id for update";
}
