//! Balance, hourly rate and statement.

use chrono::TimeDelta;
use domain::ledger::{self, BurnRow, LineRow};
use domain::vault::Counter;
use domain::{VpsId, prepaid};
use poem::web::Data;
use poem_openapi::param::{Path, Query};
use poem_openapi::{Object, OpenApi};

use super::Tag;
use super::statement::{StatementCsv, StatementEntry};
use crate::auth::may;
use crate::problem::{Common, Refused};
use crate::state::Shared;
use crate::wire::{Answer, Done, Id, List, Money, Number, Paged, Time, page};

/// What one server costs.
#[derive(Debug, Object)]
pub struct VpsSpending {
    /// The server's id.
    vps_id: Id<VpsId>,
    /// The server's name.
    #[oai(validator(max_length = 64))]
    label: String,
    /// Its price of an hour; zero once it is deleted.
    hourly: Money,
    /// Charged since the start of the month (UTC).
    spent_this_month: Money,
}

impl From<BurnRow> for VpsSpending {
    fn from(row: BurnRow) -> Self {
        Self {
            vps_id: Id(row.vps_id),
            label: row.label,
            hourly: Money::usd(row.hour_micros),
            spent_this_month: Money::usd(row.month_micros),
        }
    }
}

/// What a customer has, owes and spends.
#[derive(Debug, Object)]
pub struct Wallet {
    /// What the organisation can spend.
    balance: Money,
    /// What is set aside for orders in progress.
    held: Money,
    /// What the organisation owes.
    owed: Money,
    /// What all its servers cost together in an hour.
    hourly_rate: Money,
    /// The same with the tax that is added to it: what the balance pays.
    hourly_with_tax: Money,
    /// How long the balance lasts, in seconds: until the wallet can't pay the next hour; null without servers.
    runway_s: Option<i64>,
    /// When that is.
    zero_at: Option<Time>,
    /// The balance less the hours that began and are not charged yet, and less what is owed. Of servers by the second
    /// the seconds that began count.
    live_balance: Money,
    /// The hours, and by the second the seconds, that began and are not charged yet.
    due: Money,
    /// When these figures were true.
    as_of: Time,
    /// When the live balance changes next by itself, or is worth reading again where it falls by the second; null
    /// without servers.
    changes_at: Option<Time>,
    /// Set while servers are stopped because funds ended; null otherwise.
    stopped: Option<FundsStopped>,
    /// Charged since the start of the month (UTC).
    spent_this_month: Money,
    /// What each server costs, the most expensive first.
    #[oai(validator(max_items = 500))]
    by_vps: Vec<VpsSpending>,
}

/// Servers that were stopped because funds ended.
#[derive(Debug, Object)]
pub struct FundsStopped {
    /// Since when.
    since: Time,
    /// When they are deleted.
    delete_at: Time,
    /// Whether they are being deleted.
    deleting: bool,
    /// What has to be added for them to start again.
    needed: Money,
}

/// One charged hour of a server.
#[derive(Debug, Object)]
pub struct UsageLine {
    /// The server's id.
    vps_id: Id<VpsId>,
    /// The server's name.
    #[oai(validator(max_length = 64))]
    label: String,
    /// Which hour since the server was created, from 1.
    hour_no: i32,
    /// When the hour began.
    from: Time,
    /// When it ended, or what is charged of it: by the second, the last hour may be charged in part.
    to: Time,
    /// For how many seconds of it.
    seconds: i64,
    /// The price of the hour, or of that part of it.
    amount: Money,
    /// The tax of the hour; null where none was charged with it.
    tax: Option<Money>,
    /// Whether the tax was added to the price, or is contained in it.
    tax_added: Option<bool>,
}

impl From<LineRow> for UsageLine {
    fn from(row: LineRow) -> Self {
        Self {
            vps_id: Id(row.vps_id),
            label: row.label,
            hour_no: row.hour_no,
            from: row.began_at.into(),
            to: (row.began_at + TimeDelta::seconds(row.seconds)).into(),
            seconds: row.seconds,
            amount: Money::usd(row.micros),
            tax: row.tax_micros.map(Money::usd),
            tax_added: row.tax_added,
        }
    }
}

/// The charged hours of an entry.
#[derive(Debug, Object)]
pub struct UsageLines {
    /// The hours, by server.
    #[oai(validator(max_items = 10000))]
    items: Vec<UsageLine>,
}

/// Operations on the wallet.
pub struct WalletApi;

#[OpenApi]
impl WalletApi {
    /// Read the wallet
    ///
    /// What the organisation has, owes and spends, and how long the balance lasts.
    #[oai(path = "/api/wallet", method = "get", operation_id = "getWallet", tag = "Tag::Wallet")]
    async fn get(&self, member: may::WalletRead, app: Data<&Shared>) -> Done<Wallet> {
        let wallet = ledger::wallet(&app.ctx, &member.actor()).await?;
        let stopped = prepaid::ladder(&app.ctx, &member.actor()).await?.map(|ladder| FundsStopped {
            since: ladder.began_at.into(),
            delete_at: ladder.delete_at.into(),
            deleting: ladder.deleting_at.is_some(),
            needed: Money::usd(ladder.needed_micros),
        });
        Ok(Answer::new(Wallet {
            balance: Money::usd(wallet.balance_micros),
            held: Money::usd(wallet.held_micros),
            owed: Money::usd(wallet.owed_micros),
            hourly_rate: Money::usd(wallet.hour_micros),
            hourly_with_tax: Money::usd(wallet.hour_total_micros),
            runway_s: wallet.runway_s,
            zero_at: wallet.zero_at.map(Time),
            live_balance: Money::usd(wallet.live_micros),
            due: Money::usd(wallet.due_micros),
            as_of: wallet.as_of.into(),
            changes_at: wallet.changes_at.map(Time),
            stopped,
            spent_this_month: Money::usd(wallet.month_micros),
            by_vps: wallet.by_vps.into_iter().map(VpsSpending::from).collect(),
        }))
    }

    /// Read the statement
    ///
    /// Every movement of the organisation's money, the newest first.
    #[oai(path = "/api/wallet/statement", method = "get", operation_id = "listStatement", tag = "Tag::Wallet")]
    async fn statement(
        &self,
        member: may::StatementRead,
        app: Data<&Shared>,
        /// The previous page's `next`.
        #[oai(validator(max_length = 200))]
        cursor: Query<Option<String>>,
        /// How many entries, 20 when left out.
        #[oai(validator(minimum(value = "1"), maximum(value = "100")))]
        limit: Query<Option<u16>>,
    ) -> Done<Paged<StatementEntry>> {
        let found = ledger::statement(&app.ctx, &member.actor(), &page(cursor.0, limit.0)).await?;
        Ok(Answer::new(Paged::of(found, |row| StatementEntry::of(&row, &app.ctx.vault))))
    }

    /// Export the statement
    ///
    /// Every movement as a line of CSV with exact amounts, the newest first; the newest 100,000 at most.
    #[oai(path = "/api/wallet/statement.csv", method = "get", operation_id = "exportStatement", tag = "Tag::Wallet")]
    #[expect(clippy::unused_async, reason = "poem-openapi takes only asynchronous operations")]
    async fn export(&self, member: may::StatementRead, app: Data<&Shared>) -> Result<StatementCsv, Refused<Common>> {
        Ok(StatementCsv::of(ledger::export(app.ctx.clone(), &member.actor())?))
    }

    /// List the hours of an entry
    ///
    /// Which hours of which servers an entry charges. For money set aside by an order, the hour that it
    /// paid.
    #[oai(
        path = "/api/wallet/statement/:id/lines",
        method = "get",
        operation_id = "listStatementLines",
        tag = "Tag::Wallet"
    )]
    async fn lines(
        &self,
        member: may::StatementRead,
        app: Data<&Shared>,
        /// The entry's number.
        id: Path<Number>,
    ) -> Done<UsageLines> {
        let unknown = || domain::Error::not_found("entry");
        let journal = app.ctx.vault.unveil(Counter::Entry, id.0.0).ok_or_else(unknown)?;
        let List { items } = List::of(ledger::lines(&app.ctx, &member.actor(), journal).await?, UsageLine::from);
        Ok(Answer::new(UsageLines { items }))
    }
}
