//! Balance, hourly rate and statement.

use chrono::TimeDelta;
use domain::ledger::{self, BurnRow, LineRow, StatementRow};
use domain::vault::{Counter, Vault};
use domain::{JournalKind, VpsId};
use poem::web::Data;
use poem_openapi::param::{Path, Query};
use poem_openapi::{Object, OpenApi};

use super::Tag;
use crate::auth::Reader;
use crate::state::Shared;
use crate::wire::{Answer, Done, Id, List, Money, Number, Paged, Time, Word, page};

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
    /// How long the balance lasts, in seconds; null without servers.
    runway_s: Option<i64>,
    /// Charged since the start of the month (UTC).
    spent_this_month: Money,
    /// What each server costs, the most expensive first.
    #[oai(validator(max_items = 500))]
    by_vps: Vec<VpsSpending>,
}

/// An entry of the statement: one movement of money.
#[derive(Debug, Object)]
pub struct StatementEntry {
    /// Its number, which tells nothing of how many there are.
    id: Number,
    /// When the money moved.
    at: Time,
    /// Why the money moved.
    kind: Word<JournalKind>,
    /// The same as a sentence.
    #[oai(validator(max_length = 1000))]
    description: String,
    /// What it added to the balance; negative for what it took.
    amount: Money,
    /// The balance after it.
    balance_after: Money,
    /// How many charged hours it sums up.
    lines: i64,
}

impl StatementEntry {
    /// The entry of a row.
    #[must_use]
    pub fn of(row: &StatementRow, vault: &Vault) -> Self {
        Self {
            id: Number(vault.veil(Counter::Entry, row.id)),
            at: row.at.into(),
            kind: Word(row.kind),
            description: describe(row),
            amount: Money::usd(row.micros),
            balance_after: Money::usd(row.balance_after),
            lines: row.lines,
        }
    }
}

fn describe(row: &StatementRow) -> String {
    let said = |name: &str| row.meta[name].as_str().unwrap_or_default();
    let label = Some(said("label")).filter(|label| !label.is_empty()).unwrap_or("a server");
    match row.kind {
        JournalKind::Credit => format!("Credit: {}", said("reason")),
        JournalKind::Hold => format!("First hour of {label} set aside"),
        JournalKind::Capture => format!("First hour of {label}"),
        JournalKind::Release => format!("First hour of {label} given back"),
        JournalKind::Usage if row.owed_micros > 0 => {
            format!(
                "Hourly charges ({}); {} of them on the debt",
                hours(row.lines),
                domain::Money::usd(row.owed_micros)
            )
        }
        JournalKind::Usage => format!("Hourly charges ({})", hours(row.lines)),
        JournalKind::Settlement => "Debt paid from credit".to_owned(),
    }
}

fn hours(lines: i64) -> String {
    if lines == 1 { "1 hour".to_owned() } else { format!("{lines} hours") }
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
    /// When it ended.
    to: Time,
    /// The price of the hour.
    amount: Money,
}

impl From<LineRow> for UsageLine {
    fn from(row: LineRow) -> Self {
        Self {
            vps_id: Id(row.vps_id),
            label: row.label,
            hour_no: row.hour_no,
            from: row.began_at.into(),
            to: (row.began_at + TimeDelta::hours(1)).into(),
            amount: Money::usd(row.micros),
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
    async fn get(&self, reader: Reader, app: Data<&Shared>) -> Done<Wallet> {
        let wallet = ledger::wallet(&app.ctx, &reader.actor()).await?;
        Ok(Answer::new(Wallet {
            balance: Money::usd(wallet.balance_micros),
            held: Money::usd(wallet.held_micros),
            owed: Money::usd(wallet.owed_micros),
            hourly_rate: Money::usd(wallet.hour_micros),
            runway_s: wallet.runway_s,
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
        reader: Reader,
        app: Data<&Shared>,
        /// The previous page's `next`.
        #[oai(validator(max_length = 200))]
        cursor: Query<Option<String>>,
        /// How many entries, 20 when left out.
        #[oai(validator(minimum(value = "1"), maximum(value = "100")))]
        limit: Query<Option<u16>>,
    ) -> Done<Paged<StatementEntry>> {
        let found = ledger::statement(&app.ctx, &reader.actor(), &page(cursor.0, limit.0)).await?;
        Ok(Answer::new(Paged::of(found, |row| StatementEntry::of(&row, &app.ctx.vault))))
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
        reader: Reader,
        app: Data<&Shared>,
        /// The entry's number.
        id: Path<Number>,
    ) -> Done<UsageLines> {
        let unknown = || domain::Error::not_found("entry");
        let journal = app.ctx.vault.unveil(Counter::Entry, id.0.0).ok_or_else(unknown)?;
        let List { items } = List::of(ledger::lines(&app.ctx, &reader.actor(), journal).await?, UsageLine::from);
        Ok(Answer::new(UsageLines { items }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn entries_say_what_they_are_for() {
        let row = |kind, meta, lines, owed_micros| StatementRow {
            id: 1,
            at: chrono::DateTime::UNIX_EPOCH,
            kind,
            meta,
            micros: 0,
            balance_after: 0,
            lines,
            owed_micros,
        };
        assert_eq!(
            describe(&row(JournalKind::Hold, json!({ "label": "web-1" }), 0, 0)),
            "First hour of web-1 set aside"
        );
        assert_eq!(describe(&row(JournalKind::Credit, json!({ "reason": "welcome" }), 0, 0)), "Credit: welcome");
        assert_eq!(describe(&row(JournalKind::Usage, json!({}), 1, 0)), "Hourly charges (1 hour)");
        assert_eq!(
            describe(&row(JournalKind::Usage, json!({}), 3, 5)),
            "Hourly charges (3 hours); 0.000005 USD of them on the debt"
        );
        assert_eq!(describe(&row(JournalKind::Release, json!(null), 0, 0)), "First hour of a server given back");
    }
}
