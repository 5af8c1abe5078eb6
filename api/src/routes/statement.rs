//! The statement on the wire: its entries, and the same as CSV.

use domain::JournalKind;
use domain::ledger::StatementRow;
use domain::vault::{Counter, Vault};
use futures::{Stream, StreamExt as _, TryStreamExt as _};
use poem::http::{HeaderValue, header};
use poem::{Body, IntoResponse, Response};
use poem_openapi::registry::{MetaMediaType, MetaResponse, MetaResponses, MetaSchema, MetaSchemaRef, Registry};
use poem_openapi::{ApiResponse, Object};

use super::csv;
use crate::wire::{Money, Number, Time, Vocabulary, Word};

/// What became of money that an order set aside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HoldOutcome {
    /// The order is in progress.
    Held,
    /// It became the server's first hour.
    Charged,
    /// The order failed: it is back in the wallet.
    GivenBack,
}

impl HoldOutcome {
    fn of(row: &StatementRow) -> Option<Self> {
        (row.kind == JournalKind::Hold).then_some(match row.ended {
            Some(JournalKind::Capture) => Self::Charged,
            Some(_) => Self::GivenBack,
            None => Self::Held,
        })
    }
}

impl Vocabulary for HoldOutcome {
    const NAME: &'static str = "HoldOutcome";
    const ABOUT: &'static str = "What became of money that an order set aside.";
    fn all() -> Vec<Self> {
        vec![Self::Held, Self::Charged, Self::GivenBack]
    }
    fn word(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::Charged => "charged",
            Self::GivenBack => "given_back",
        }
    }
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
    /// Of how many servers these hours are.
    servers: i64,
    /// What became of money that was set aside; null for other entries.
    hold: Option<Word<HoldOutcome>>,
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
            servers: row.servers,
            hold: HoldOutcome::of(row).map(Word),
        }
    }
}

fn describe(row: &StatementRow) -> String {
    let label = row.label.as_deref().unwrap_or("a server");
    match row.kind {
        JournalKind::Credit => format!("Credit: {}", row.reason.as_deref().unwrap_or_default()),
        JournalKind::Promo => format!("Promo code {}", row.meta["code"].as_str().unwrap_or_default()),
        JournalKind::Hold => match HoldOutcome::of(row) {
            Some(HoldOutcome::Charged) => format!("First hour of {label}: held, became hour 1"),
            Some(HoldOutcome::GivenBack) => format!("First hour of {label}: held, given back"),
            _ => format!("First hour of {label}: held for the order"),
        },
        JournalKind::Capture => format!("First hour of {label}"),
        JournalKind::Release => format!("First hour of {label}, given back"),
        JournalKind::Usage if row.owed_micros > 0 => {
            format!("{}; {} of it became debt", charged(row), domain::Money::usd(row.owed_micros))
        }
        JournalKind::Usage => charged(row),
        JournalKind::WriteOff => {
            format!("Debt of {} written off: it need not be paid", domain::Money::usd(-row.owed_micros))
        }
        JournalKind::Settlement => "Debt paid from credit".to_owned(),
        JournalKind::Tax => "Tax of an invoice".to_owned(),
        JournalKind::CreditNote => "Credit note: part of an invoice given back".to_owned(),
        JournalKind::Topup | JournalKind::Allocation | JournalKind::Unfit => "Payment".to_owned(),
        JournalKind::Refund | JournalKind::RefundDone => "Refund to the payer".to_owned(),
        JournalKind::RefundBack => "Refund that did not reach the payer".to_owned(),
        JournalKind::RefundWallet => "Charges given back".to_owned(),
        JournalKind::Reversal if row.owed_micros > 0 => {
            format!("Payment taken back; {} of it became debt", domain::Money::usd(row.owed_micros))
        }
        JournalKind::Reversal => "Payment taken back".to_owned(),
        JournalKind::DisputeHold => "Disputed payment, set aside".to_owned(),
        JournalKind::DisputeBack => "Disputed payment, given back".to_owned(),
        JournalKind::Payout => "Payout".to_owned(),
    }
}

/// Which hours of which servers: `10 servers, 1 hour each`.
fn charged(row: &StatementRow) -> String {
    let hours = |count: i64| if count == 1 { "1 hour".to_owned() } else { format!("{count} hours") };
    match (row.servers, row.hours_each, row.label.as_deref()) {
        (0, ..) => "Hourly charges".to_owned(),
        (1, _, Some(label)) => format!("{label}, {}", hours(row.lines)),
        (servers, Some(each), _) => format!("{servers} servers, {} each", hours(each)),
        (servers, None, _) => format!("{servers} servers, {} in all", hours(row.lines)),
    }
}

/// The statement as CSV (RFC 4180), sent as it is read.
pub struct StatementCsv(Response);

const HEAD: &str = "time,kind,description,servers,hours,amount,balance_after,currency\r\n";

impl StatementCsv {
    /// The lines of these rows.
    pub fn of(rows: impl Stream<Item = domain::error::Result<Vec<StatementRow>>> + Send + 'static) -> Self {
        let lines = rows.map_ok(|rows| rows.iter().map(line).collect::<String>()).map_err(|error| {
            // The status has been sent: only a body that breaks off says that it is not whole.
            tracing::error!(%error, "a statement's export broke off");
            std::io::Error::other("the export broke off")
        });
        let body = futures::stream::once(async { Ok(HEAD.to_owned()) }).chain(lines);
        let mut response =
            Response::builder().content_type("text/csv; charset=utf-8").body(Body::from_bytes_stream(body));
        let name = HeaderValue::from_static("attachment; filename=\"statement.csv\"");
        response.headers_mut().insert(header::CONTENT_DISPOSITION, name);
        Self(response)
    }
}

fn line(row: &StatementRow) -> String {
    let (amount, after) = (Money::usd(row.micros).0, Money::usd(row.balance_after).0);
    format!(
        "{},{},{},{},{},{},{},{}\r\n",
        row.at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true),
        row.kind.as_str(),
        csv::text(&describe(row)),
        row.servers,
        row.lines,
        amount.amount(),
        after.amount(),
        amount.currency.code(),
    )
}

impl IntoResponse for StatementCsv {
    fn into_response(self) -> Response {
        self.0
    }
}

impl ApiResponse for StatementCsv {
    fn meta() -> MetaResponses {
        let text = MetaSchema { max_length: Some(i32::MAX as usize), ..MetaSchema::new("string") };
        MetaResponses {
            responses: vec![MetaResponse {
                description: "Lines of CSV; the first names the columns.",
                status: Some(200),
                status_range: None,
                content: vec![MetaMediaType {
                    content_type: "text/csv",
                    schema: MetaSchemaRef::Inline(Box::new(text)),
                }],
                headers: vec![],
            }],
        }
    }

    fn register(_: &mut Registry) {}
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn row(kind: JournalKind, meta: serde_json::Value) -> StatementRow {
        StatementRow {
            id: 1,
            at: chrono::DateTime::UNIX_EPOCH,
            kind,
            meta,
            micros: -8_219,
            balance_after: 991_781,
            lines: 0,
            servers: 0,
            hours_each: None,
            label: None,
            reason: None,
            ended: None,
            owed_micros: 0,
        }
    }

    #[test]
    fn entries_say_what_they_are_for() {
        let label = Some("web-1".to_owned());
        let hold = |ended| describe(&StatementRow { ended, label: label.clone(), ..row(JournalKind::Hold, json!({})) });
        assert_eq!(hold(None), "First hour of web-1: held for the order");
        assert_eq!(hold(Some(JournalKind::Capture)), "First hour of web-1: held, became hour 1");
        assert_eq!(hold(Some(JournalKind::Release)), "First hour of web-1: held, given back");
        let credit = StatementRow { reason: Some("welcome".to_owned()), ..row(JournalKind::Credit, json!({})) };
        assert_eq!(describe(&credit), "Credit: welcome");
        assert_eq!(describe(&row(JournalKind::Release, json!(null))), "First hour of a server, given back");
    }

    #[test]
    fn charges_say_how_many_hours_of_which_servers() {
        let usage = |lines, servers, hours_each| {
            let label = Some("web-1".to_owned());
            StatementRow { lines, servers, hours_each, label, ..row(JournalKind::Usage, json!({})) }
        };
        assert_eq!(describe(&usage(1, 1, Some(1))), "web-1, 1 hour");
        assert_eq!(describe(&usage(10, 10, Some(1))), "10 servers, 1 hour each");
        assert_eq!(describe(&usage(6, 3, Some(2))), "3 servers, 2 hours each");
        assert_eq!(describe(&usage(7, 3, None)), "3 servers, 7 hours in all");
        let owed = StatementRow { owed_micros: 3_120_000, ..usage(3, 1, Some(3)) };
        assert_eq!(describe(&owed), "web-1, 3 hours; 3.12 USD of it became debt");
    }

    #[test]
    fn a_line_has_exact_amounts() {
        let label = Some("a \"b\", c".to_owned());
        let exported = line(&StatementRow { label, ..row(JournalKind::Hold, json!({})) });
        assert_eq!(
            exported,
            "1970-01-01T00:00:00Z,hold,\"First hour of a \"\"b\"\", c: held for the order\",\
             0,0,-0.008219,0.991781,USD\r\n"
        );
    }
}
