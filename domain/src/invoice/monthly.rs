//! The invoice of a month: what was used, paid from the balance.

use chrono::{DateTime, Months, NaiveDate, Utc};
use documents::{Kind, Period};
use entity::invoice::InvoiceKind;
use entity::usage_segment::SegmentKind;
use entity::{InvoiceId, OrgId};
use sea_orm::ConnectionTrait;

use super::Office;
use super::amounts::{Amounts, PER_CENT, Used, amounts, due_cents};
use super::parties::{Parties, day, parties};
use super::store::{New, exists, store};
use crate::clock::month_start;
use crate::error::{Error, ErrorKind, Result};
use crate::ledger::{Cause, Posted, lock_wallet, post_document};
use crate::queue::{self, Claim};
use crate::tax::{share, spans};
use crate::{Ctx, PriceMode, db};

/// The most lines of an invoice: servers, each with its backups, by rate.
const MAX_LINES: i64 = 20_000;
/// Older months are invoiced without a mail.
const NEWS_DAYS: i64 = 45;

db::row! {
    /// What one server was charged for in some days.
    struct UsageRow {
        label: String,
        kind: SegmentKind,
        hours: i64,
        seconds: Option<i64>,
        micros: i64,
        taxed: i64,
        added: i64,
        from_day: NaiveDate,
        to_day: NaiveDate,
    }
}

/// The first instants of a month and of the next one, in UTC.
pub(super) fn month_of(at: DateTime<Utc>) -> (DateTime<Utc>, DateTime<Utc>) {
    let from = month_start(at);
    (from, from + Months::new(1))
}

fn cause_of(org: OrgId, from: DateTime<Utc>) -> String {
    format!("invoice:{org}:{}", from.format("%Y-%m"))
}

/// Issues the invoice of a month. None when there is nothing to invoice, or it was issued before.
///
/// # Errors
/// `month_open` while hours of the month may still be charged; `fenced`.
pub(super) async fn monthly(
    ctx: &Ctx,
    claim: &Claim,
    org: OrgId,
    month: DateTime<Utc>,
    office: &Office,
) -> Result<Option<InvoiceId>> {
    let (from, to) = month_of(month);
    let tx = ctx.begin().await?;
    queue::fence(&tx, claim).await?;
    lock_wallet(&tx, org).await?;
    let cause = cause_of(org, from);
    if exists(&tx, &cause).await? {
        return Ok(None);
    }
    let now = ctx.clock.now(&tx).await?;
    if now < to || select_behind(org, to).only(&tx).await? {
        let words = "The month's hours are not all charged yet. Its invoice is issued when they are.";
        return Err(Error::new(ErrorKind::Conflict, "month_open", words));
    }
    let mut parties = parties(&tx, org, office).await?;
    let (used, exact_tax) = used(&tx, org, &mut parties, from, to).await?;
    if used.is_empty() {
        return Ok(None);
    }
    let id: InvoiceId = ctx.chance.id(now);
    let prices = parties.prices;
    let said = amounts(&used, prices);
    let posted = posted(&said, &used, if prices == PriceMode::Net { exact_tax } else { 0 });
    let owed = post_document(&tx, Cause { org, job: Some(claim.id), at: now }, id, posted).await?;
    let mut snapshot = parties.blank(Kind::Invoice, day(now));
    let last = to.date_naive().pred_opt().unwrap_or_else(|| to.date_naive());
    snapshot.period = Some(Period { from: day(from), to: last.to_string() });
    snapshot.total_cents = said.total_cents();
    snapshot.due_cents = due_cents(owed, said.total_cents());
    snapshot.paid_cents = snapshot.total_cents - snapshot.due_cents;
    (snapshot.net_cents, snapshot.tax_cents) = (said.net_cents, said.tax_cents);
    snapshot.exact_micros = said.exact_micros;
    (snapshot.lines, snapshot.taxes) = (said.lines, said.taxes);
    let new = New {
        id,
        org,
        kind: InvoiceKind::Invoice,
        cause,
        period: Some((from, to)),
        journal: None,
        corrects: None,
        at: now,
        announce: (now - to).num_days() <= NEWS_DAYS,
        snapshot,
    };
    let invoice = store(ctx, &tx, new).await?;
    tx.commit().await?;
    Ok(Some(invoice))
}

/// What is left to post of what a document says, where so much tax is added to its hours, exact to the micro-unit.
fn posted(said: &Amounts, used: &[Used], adds: i64) -> Posted {
    let (taxed, added) = used.iter().fold((0, 0), |(taxed, added), one| (taxed + one.taxed, added + one.added));
    Posted {
        tax: said.tax_cents * PER_CENT - taxed,
        due: adds - added,
        rounding: said.total_cents() * PER_CENT - said.exact_micros - adds,
    }
}

/// What was used in a month, by server and rate: hours belong to the month in which they began, and to the rate of that
/// day. With the tax on it, exact to the micro-unit, as the hourly charge reckons it.
async fn used(
    tx: &impl ConnectionTrait,
    org: OrgId,
    parties: &mut Parties,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
) -> Result<(Vec<Used>, i64)> {
    let (mut used, mut exact_tax) = (Vec::new(), 0);
    for span in spans(&parties.rules, &parties.known, from.date_naive(), to.date_naive()) {
        let midnight = |day: NaiveDate| day.and_time(chrono::NaiveTime::MIN).and_utc();
        let (from, to) = (midnight(span.from), midnight(span.to));
        let rows = select_usage(org, from, to, MAX_LINES).all(tx).await?;
        let share = share(&span.rate, parties.prices);
        if share.part > 0 {
            exact_tax += select_exact_tax(org, from, to, share.part, share.whole).only(tx).await?;
        }
        parties.evidence.rules.extend(span.rate.rule.map(|rule| rule.to_string()));
        used.extend(rows.into_iter().map(|row| Used {
            name: row.label,
            detail: match row.kind {
                SegmentKind::Vps => "Server",
                SegmentKind::Backup => "Backups",
            },
            hours: row.hours,
            seconds: row.seconds.filter(|seconds| *seconds != row.hours * 3_600),
            period: Period { from: row.from_day.to_string(), to: row.to_day.to_string() },
            micros: row.micros,
            taxed: row.taxed,
            added: row.added,
            rate: span.rate.clone(),
        }));
    }
    if used.len() > usize::try_from(MAX_LINES).unwrap_or(usize::MAX) {
        return Err(Error::internal(format!("{org} has more than {MAX_LINES} lines in a month")));
    }
    Ok((used, exact_tax))
}

/// Organisations after one of them that used servers in a month and have no invoice of it.
pub(super) async fn without_invoice(
    db: &impl ConnectionTrait,
    month: DateTime<Utc>,
    after: Option<OrgId>,
    limit: i64,
) -> Result<Vec<OrgId>> {
    let (from, to) = month_of(month);
    select_without_invoice(from, to, after, limit).all(db).await
}

db::statement! {
    fn select_behind(org: OrgId, to: DateTime<Utc>) -> bool = file "select_behind.sql";

    fn select_usage(org: OrgId, from: DateTime<Utc>, to: DateTime<Utc>, limit: i64) -> UsageRow =
        file "select_usage.sql";

    fn select_exact_tax(org: OrgId, from: DateTime<Utc>, to: DateTime<Utc>, part: i64, whole: i64) -> i64 =
        file "select_exact_tax.sql";

    fn select_without_invoice(from: DateTime<Utc>, to: DateTime<Utc>, after: Option<OrgId>, limit: i64) -> OrgId =
        file "select_without_invoice.sql";
}
