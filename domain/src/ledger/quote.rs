//! What a change would cost: the very change, made and taken back before it is committed. So a quote and the charge
//! that follows it cannot differ.

use entity::OrgId;
use entity::account::AccountKind;
use entity::journal::JournalKind;
use sea_orm::{ConnectionTrait, DatabaseTransaction};

use super::Forecast;
use super::account::remaining;
use crate::db;
use crate::error::Result;
use crate::rating::Price;

/// What a change would write and mean.
#[derive(Clone, Debug)]
pub struct Quote {
    /// The postings that it would write, in their order.
    pub lines: Vec<QuoteLine>,
    /// How the organisation stands now.
    pub before: Standing,
    /// How it would stand then.
    pub after: Standing,
}

/// What an organisation has, and what its servers cost. Amounts are in micro-units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// What can be spent.
    pub balance_micros: i64,
    /// What is owed.
    pub owed_micros: i64,
    /// What all servers cost in an hour, as the page's prices are.
    pub hour_micros: i64,
    /// The same as the wallet pays it: with the tax that is added.
    pub hour_total_micros: i64,
    /// How long the wallet lasts, in seconds; none while nothing is charged.
    pub runway_s: Option<i64>,
}

impl Standing {
    /// As a forecast says it.
    #[must_use]
    pub fn of(forecast: &Forecast) -> Self {
        let hour_micros = forecast.hour_micros();
        Self {
            balance_micros: forecast.balance_micros,
            owed_micros: forecast.owed_micros,
            hour_micros,
            hour_total_micros: hour_micros + forecast.levy().added_to(hour_micros, forecast.now),
            runway_s: forecast.runway_s(),
        }
    }
}

db::row! {
    /// A posting that a change would write.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct QuoteLine {
        /// Why money moves.
        pub kind: JournalKind,
        /// Which account.
        pub account: AccountKind,
        /// What it adds to the account, in micro-units.
        pub micros: i64,
    }
}

/// What the caller's transaction did to an organisation's money so far, and what that means; a server that it ordered
/// counts with its price. Takes everything back.
///
/// # Errors
/// When the database does not answer.
pub(crate) async fn take_back(tx: DatabaseTransaction, org: OrgId, ordered: Option<Price>) -> Result<Quote> {
    let quote = read(&tx, org, ordered).await?;
    tx.rollback().await?;
    Ok(quote)
}

async fn read(tx: &impl ConnectionTrait, org: OrgId, ordered: Option<Price>) -> Result<Quote> {
    // Under the wallet's lock, so that what is read fits together.
    remaining(tx, org).await?;
    let lines = select_written(org).all(tx).await?;
    let now = Forecast::read(tx, org).await?;
    let moved = |account| lines.iter().filter(|line| line.account == account).map(|line| line.micros).sum::<i64>();
    let before = Standing::of(&now.clone().less(moved(AccountKind::Wallet), moved(AccountKind::Receivable)));
    let then = match ordered {
        Some(price) => now.with_server(price),
        None => now,
    };
    Ok(Quote { lines, before, after: Standing::of(&then) })
}

db::statement! {
    fn select_written(org: OrgId) -> QuoteLine = file "select_written.sql";
}
