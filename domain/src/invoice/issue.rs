//! What the issuing job does: one document on demand, or all that are due.

use chrono::{DateTime, Months, Utc};
use documents::{Category, Kind, Line};
use entity::invoice::InvoiceKind;
use entity::{InvoiceId, JobId, OrgId};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::amounts::credited_cents;
use super::monthly::{month_of, monthly, without_invoice};
use super::parties::{day, parties};
use super::store::{New, exists, store};
use super::{Office, credit_note};
use crate::activity::{self, Event};
use crate::clock::month_start;
use crate::error::{Error, Result};
use crate::ledger::lock_wallet;
use crate::queue::{self, Claim};
use crate::work::{self, Job, NewJob};
use crate::{Actor, Ctx, EventStatus, db};

/// Documents that one call issues, each in a transaction of its own.
const CHUNK: i64 = 50;
/// Receipts of older credits are issued without a mail.
const NEWS_DAYS: i64 = 7;

/// What is issued: ids and instants, never data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "issue", rename_all = "snake_case")]
pub enum Issue {
    /// Whatever is due at a tick: invoices of the month before, receipts of credits.
    Due {
        /// The instant, in business time.
        tick: DateTime<Utc>,
    },
    /// One organisation's invoice of a month.
    Month {
        /// Whose.
        org: OrgId,
        /// An instant of the month.
        month: DateTime<Utc>,
    },
    /// The receipt of a credit.
    Receipt {
        /// The journal that credited it.
        journal: i64,
    },
    /// The credit note of money that went back.
    CreditNote {
        /// The journal that gave it back.
        journal: i64,
    },
}

/// Where a run that issues all that is due stands.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Issued {
    /// The last organisation whose month was looked at.
    pub after: Option<OrgId>,
    /// Whether all months were looked at.
    pub months_done: bool,
    /// The last journal whose receipt was issued.
    pub journal: i64,
    /// Whether nothing is left.
    pub done: bool,
    /// Documents issued so far.
    pub count: u64,
}

/// Asks for an organisation's invoice of a month, as an administrator.
///
/// # Errors
/// A field error for a month that has not ended; `not_found`; `forbidden` for others than administrators.
pub async fn order(ctx: &Ctx, actor: &Actor, org: OrgId, month: DateTime<Utc>) -> Result<JobId> {
    actor.admin()?;
    let tx = ctx.begin().await?;
    select_org(org).one(&tx).await?.ok_or_else(|| Error::not_found("organisation"))?;
    let (from, to) = month_of(month);
    if ctx.clock.now(&tx).await? < to {
        return Err(Error::field("/month", "choose a month that has ended"));
    }
    let what = Issue::Month { org, month: from };
    let job = work::enqueue(ctx, &tx, NewJob::new(Job::IssueInvoice { what }).org(org).by(actor)).await?;
    let event = Event::new("billing.invoice_order", EventStatus::Info, "An invoice was asked for").by(actor);
    activity::record(&tx, event.entity("org", org).job(job)).await?;
    tx.commit().await?;
    Ok(job)
}

/// Issues one document. None when it was issued before, or there is nothing to say.
///
/// # Errors
/// `month_open`; `not_found`; `fenced`.
pub async fn issue_one(ctx: &Ctx, claim: &Claim, what: Issue, office: &Office) -> Result<Option<InvoiceId>> {
    match what {
        Issue::Due { .. } => Ok(None),
        Issue::Month { org, month } => monthly(ctx, claim, org, month, office).await,
        Issue::Receipt { journal } => receipt(ctx, claim, journal, office).await,
        Issue::CreditNote { journal } => credit_note::issue(ctx, claim, journal, office).await,
    }
}

/// Issues some of what is due at a tick, and remembers how far it came.
///
/// # Errors
/// `fenced`, and when the database does not answer.
pub async fn issue_some(
    ctx: &Ctx,
    claim: &Claim,
    tick: DateTime<Utc>,
    so_far: Issued,
    office: &Office,
) -> Result<Issued> {
    let mut so_far = so_far;
    let month = month_start(tick) - Months::new(1);
    if so_far.months_done {
        let journals = select_unreceipted(so_far.journal, CHUNK).all(&ctx.db).await?;
        for &journal in &journals {
            so_far.count += u64::from(receipt(ctx, claim, journal, office).await?.is_some());
        }
        so_far.journal = journals.last().copied().unwrap_or(so_far.journal);
        so_far.done = journals.is_empty();
    } else {
        let orgs = without_invoice(&ctx.db, month, so_far.after, CHUNK).await?;
        for &org in &orgs {
            match monthly(ctx, claim, org, month, office).await {
                Ok(issued) => so_far.count += u64::from(issued.is_some()),
                // Its hours are charged first; the next tick looks again.
                Err(error) if error.code == "month_open" => {}
                Err(error) => return Err(error),
            }
        }
        so_far.after = orgs.last().copied().or(so_far.after);
        so_far.months_done = orgs.is_empty();
    }
    let tx = ctx.begin().await?;
    let memory = serde_json::to_value(so_far).map_err(|error| Error::internal(error.to_string()))?;
    queue::remember(&tx, claim, &memory).await?;
    tx.commit().await?;
    Ok(so_far)
}

db::row! {
    struct Credited {
        org_id: OrgId,
        micros: i64,
        at: DateTime<Utc>,
    }
}

/// The receipt of a credit.
async fn receipt(ctx: &Ctx, claim: &Claim, journal: i64, office: &Office) -> Result<Option<InvoiceId>> {
    let tx = ctx.begin().await?;
    queue::fence(&tx, claim).await?;
    let credited = select_credited(journal).one(&tx).await?.ok_or_else(|| Error::not_found("credit"))?;
    lock_wallet(&tx, credited.org_id).await?;
    let cause = format!("receipt:{journal}");
    if exists(&tx, &cause).await? {
        return Ok(None);
    }
    let now = ctx.clock.now(&tx).await?;
    let cents = credited_cents(credited.micros);
    let mut snapshot = parties(&tx, credited.org_id, office).await?.blank(Kind::Receipt, day(now));
    snapshot.lines.push(Line {
        name: "Credit to the balance".to_owned(),
        detail: format!("Received on {}", day(credited.at)),
        hours: None,
        seconds: None,
        period: None,
        net_cents: cents,
        basis_points: 0,
        category: Category::OutOfScope,
        exact_micros: credited.micros,
    });
    (snapshot.net_cents, snapshot.total_cents, snapshot.paid_cents) = (cents, cents, cents);
    snapshot.exact_micros = credited.micros;
    let id: InvoiceId = ctx.chance.id(now);
    let new = New {
        id,
        org: credited.org_id,
        kind: InvoiceKind::Receipt,
        cause,
        period: None,
        journal: Some(journal),
        corrects: None,
        at: now,
        announce: (now - credited.at).num_days() <= NEWS_DAYS,
        snapshot,
    };
    let invoice = store(ctx, &tx, new).await?;
    tx.commit().await?;
    Ok(Some(invoice))
}

/// What a job of this kind keeps of its progress.
impl From<&Json> for Issued {
    fn from(memory: &Json) -> Self {
        serde_json::from_value(memory.clone()).unwrap_or_default()
    }
}

db::statement! {
    fn select_org(org: OrgId) -> OrgId = "select id from org where id = $1";

    fn select_credited(journal: i64) -> Credited = file "select_credited.sql";

    fn select_unreceipted(after: i64, limit: i64) -> i64 = file "select_unreceipted.sql";
}
