//! The provider's report beside our books: whatever one has and the other has not is told.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use entity::{Currency, Money, OrgId, PaymentId};
use serde_json::{Value as Json, json};

use super::row::ring;
use crate::error::Result;
use crate::queue::{self, Claim};
use crate::{Ctx, db};

/// How far back a report looks.
const LOOKS_BACK: TimeDelta = TimeDelta::days(4);
/// A movement is in the report about three hours after it happened.
const LATE_BY: TimeDelta = TimeDelta::hours(4);
/// Differences that are kept of one report.
const MAX_KEPT: usize = 100;

/// A movement as the provider reports it.
#[derive(Clone, Debug)]
pub struct Reported {
    /// The provider's id of a capture or a refund.
    pub id: String,
    /// What kind, in the provider's word.
    pub kind: String,
    /// What came, or went (negative).
    pub amount: Money,
    /// Our id of the payment, where it says it.
    pub payment: Option<String>,
    /// When.
    pub at: DateTime<Utc>,
}

db::row! {
    /// A movement of ours. Amounts are in micro-units.
    #[derive(Clone, Debug)]
    struct Ours {
        id: String,
        micros: i64,
        currency: Currency,
        at: DateTime<Utc>,
    }
}

/// From when to when the report is asked for.
///
/// # Errors
/// When the database does not answer.
pub async fn report(ctx: &Ctx) -> Result<(DateTime<Utc>, DateTime<Utc>)> {
    let now = ctx.clock.now(&ctx.db).await?;
    Ok((now - LOOKS_BACK, now))
}

/// Compares a report with our captures and refunds, keeps what differs, and ends the job. Returns how many differ.
///
/// # Errors
/// `fenced`.
pub async fn compared(
    ctx: &Ctx,
    claim: &Claim,
    (since, until): (DateTime<Utc>, DateTime<Utc>),
    rows: &[Reported],
) -> Result<usize> {
    let ours = select_ours(since, until).all(&ctx.db).await?;
    let differences = differences(&ours, rows, until - LATE_BY, since + LATE_BY);
    let tx = ctx.begin().await?;
    queue::fence(&tx, claim).await?;
    for row in rows.iter().filter(|row| !ours.iter().any(|one| one.id == row.id)) {
        // What we do not know of a payment of ours is looked at.
        if let Some(payment) = row.payment.as_deref().and_then(|id| id.parse::<PaymentId>().ok())
            && let Some(org) = select_org(payment).one(&tx).await?
        {
            ring(ctx, &tx, payment, org).await?;
        }
    }
    let (found, movements) = (count(differences.len()), count(rows.len()));
    let kept = Json::Array(differences.into_iter().take(MAX_KEPT).collect());
    insert_report(until, since, movements, kept, found).exec(&tx).await?;
    queue::succeed(&tx, claim, Some(json!({ "differences": found }))).await?;
    tx.commit().await?;
    Ok(usize::try_from(found).unwrap_or_default())
}

fn count(length: usize) -> i32 {
    i32::try_from(length).unwrap_or(i32::MAX)
}

/// What differs. A movement near the edges of the report may be on one side alone.
fn differences(ours: &[Ours], rows: &[Reported], settled: DateTime<Utc>, from: DateTime<Utc>) -> Vec<Json> {
    let theirs: HashMap<&str, &Reported> = rows.iter().map(|row| (row.id.as_str(), row)).collect();
    let known: HashMap<&str, &Ours> = ours.iter().map(|row| (row.id.as_str(), row)).collect();
    let mut found = Vec::new();
    for row in ours {
        let here = Money { micros: row.micros, currency: row.currency };
        match theirs.get(row.id.as_str()) {
            None if row.at < settled && row.at > from => {
                found.push(json!({ "what": "not_reported", "id": row.id, "ours": here.exact() }));
            }
            Some(reported) if reported.amount != here => {
                let there = reported.amount.exact();
                found.push(json!({ "what": "amount", "id": row.id, "ours": here.exact(), "theirs": there }));
            }
            _ => {}
        }
    }
    // Payments and what takes them back; payouts, fees and conversions have no row of ours.
    let compared = |row: &&Reported| ["T00", "T11", "T12"].iter().any(|kind| row.kind.starts_with(kind));
    for row in rows.iter().filter(compared).filter(|row| row.at > from && !known.contains_key(row.id.as_str())) {
        let there = row.amount.exact();
        found.push(json!({ "what": "not_booked", "id": row.id, "kind": row.kind, "theirs": there }));
    }
    found
}

db::statement! {
    fn select_ours(since: DateTime<Utc>, until: DateTime<Utc>) -> Ours = file "select_ours.sql";

    fn select_org(payment: PaymentId) -> OrgId = "select org_id from payment where id = $1";

    fn insert_report(at: DateTime<Utc>, since: DateTime<Utc>, movements: i32, differences: Json, found: i32) =
        "insert into payment_report (at, since, movements, differences, found) values ($1, $2, $3, $4, $5)
         on conflict do nothing";
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hours: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::hours(hours)
    }

    fn ours(id: &str, micros: i64, hours: i64) -> Ours {
        Ours { id: id.to_owned(), micros, currency: Currency::USD, at: at(hours) }
    }

    fn theirs(id: &str, kind: &str, micros: i64, hours: i64) -> Reported {
        let (id, kind) = (id.to_owned(), kind.to_owned());
        Reported { id, kind, amount: Money::usd(micros), payment: None, at: at(hours) }
    }

    #[test]
    fn what_one_side_lacks_or_says_otherwise_is_found() {
        let books = [ours("same", 10, 50), ours("gone", 10, 50), ours("young", 10, 94), ours("other", 10, 50)];
        let report = [
            theirs("same", "T0006", 10, 50),
            theirs("other", "T0006", 9, 50),
            theirs("new", "T0006", 5, 60),
            theirs("chargeback", "T1201", -5, 60),
            theirs("payout", "T0403", -5, 60),
        ];
        let found = differences(&books, &report, at(92), at(4));
        let told: Vec<_> =
            found.iter().map(|one| (one["what"].as_str().unwrap(), one["id"].as_str().unwrap())).collect();
        let expected =
            [("not_reported", "gone"), ("amount", "other"), ("not_booked", "new"), ("not_booked", "chargeback")];
        assert_eq!(told, expected);
    }
}
