//! Storing a document: the chain is sealed, the job that draws it enqueued, and the number taken last.

use chrono::{DateTime, Utc};
use documents::Snapshot;
use entity::invoice::InvoiceKind;
use entity::{InvoiceId, OrgId};
use sea_orm::ConnectionTrait;
use serde_json::{Value as Json, json};

use crate::activity::{self, Event};
use crate::error::{Error, Result};
use crate::ledger::chain;
use crate::work::{self, Job, NewJob};
use crate::{Ctx, EventStatus, db};

/// A document that is ready but for its number.
pub(super) struct New {
    /// Its id.
    pub(super) id: InvoiceId,
    /// Whose.
    pub(super) org: OrgId,
    /// Which kind.
    pub(super) kind: InvoiceKind,
    /// What it is issued for; no other document has this cause, which the caller saw under the wallet's lock.
    pub(super) cause: String,
    /// Of invoices, the month.
    pub(super) period: Option<(DateTime<Utc>, DateTime<Utc>)>,
    /// The movement that it is about.
    pub(super) journal: Option<i64>,
    /// The invoice that it corrects.
    pub(super) corrects: Option<InvoiceId>,
    /// When it is issued.
    pub(super) at: DateTime<Utc>,
    /// Whether a mail says so.
    pub(super) announce: bool,
    /// What it says.
    pub(super) snapshot: Snapshot,
}

/// Whether a document was issued for a cause.
pub(super) async fn exists(tx: &impl ConnectionTrait, cause: &str) -> Result<bool> {
    select_exists(cause).only(tx).await
}

/// Stores a document under the next number of its series. The wallet is locked, and nothing follows but the commit.
pub(super) async fn store(ctx: &Ctx, tx: &impl ConnectionTrait, mut new: New) -> Result<InvoiceId> {
    let head = chain::seal(tx, new.org).await?;
    new.snapshot.chain = documents::Head { seq: head.seq, hash: head.hash };
    let invoice = new.id;
    let job = NewJob::new(Job::RenderInvoice { invoice, announce: new.announce }).org(new.org);
    work::enqueue(ctx, tx, job).await?;
    let words = match new.kind {
        InvoiceKind::Receipt => "A receipt was issued",
        InvoiceKind::Invoice => "An invoice was issued",
        InvoiceKind::CreditNote => "A credit note was issued",
    };
    let event = Event::new("billing.invoice", EventStatus::Success, words).org(new.org);
    let cents = new.snapshot.total_cents;
    activity::record(tx, event.entity("invoice", invoice).metadata(json!({ "total_cents": cents }))).await?;
    let head_of_row = json!({
        "id": invoice.0, "org_id": new.org.0, "cause": new.cause, "period_from": new.period.map(|(from, _)| from),
        "period_to": new.period.map(|(_, to)| to), "journal_id": new.journal,
        "corrects_id": new.corrects.map(|id| id.0), "issued_at": new.at,
    });
    let snapshot = serde_json::to_value(&new.snapshot).map_err(|error| Error::internal(error.to_string()))?;
    insert_invoice(new.kind, head_of_row, snapshot).only(tx).await?;
    Ok(invoice)
}

db::statement! {
    fn select_exists(cause: &str) -> bool = "select exists(select from invoice where cause = $1)";

    fn insert_invoice(kind: InvoiceKind, head: Json, snapshot: Json) -> String = file "insert_invoice.sql";
}
