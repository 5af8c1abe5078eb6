//! What is drawn from a snapshot, kept with its hash, and announced by mail.

use aws_lc_rs::digest::{SHA256, digest};
use chrono::{DateTime, Utc};
use documents::Snapshot;
use entity::invoice_file::InvoiceFormat;
use entity::{InvoiceId, OrgId, UserId};
use serde_json::Value as Json;

use super::glyphs;
use crate::activity::{self, Event};
use crate::error::{Error, Result};
use crate::mail::{self, Mail};
use crate::queue::{self, Claim};
use crate::{Ctx, EventStatus, db};

/// The most owners who get a mail where no billing address is given.
const MAX_MAILED: i64 = 5;

/// The forms of a document.
#[derive(Clone, Debug)]
pub struct Files {
    /// The page.
    pub html: Vec<u8>,
    /// The electronic invoice; none for receipts, and where a party lacks what the norm demands.
    pub xml: Option<Vec<u8>>,
    /// The PDF.
    pub pdf: Vec<u8>,
    /// Characters that no font had.
    pub missing: String,
    /// Characters that were missing before and that a font has by now.
    pub found: String,
}

/// What a document says.
///
/// # Errors
/// `not_found`.
pub async fn snapshot(ctx: &Ctx, invoice: InvoiceId) -> Result<Snapshot> {
    let found = select_snapshot(invoice).one(&ctx.db).await?.ok_or_else(|| Error::not_found("invoice"))?;
    serde_json::from_value(found).map_err(|error| Error::internal(format!("a snapshot can't be read: {error}")))
}

/// Keeps what was drawn, and enqueues the mails that bring it. What was kept before stays, and no mail follows twice.
///
/// # Errors
/// `fenced`, and when the database refuses it.
pub async fn save(ctx: &Ctx, claim: &Claim, invoice: InvoiceId, files: &Files, announce: bool) -> Result<()> {
    let tx = ctx.begin().await?;
    queue::fence(&tx, claim).await?;
    let now = ctx.clock.now(&tx).await?;
    let forms = [
        (InvoiceFormat::Html, Some(&files.html), ""),
        (InvoiceFormat::Xml, files.xml.as_ref(), ""),
        (InvoiceFormat::Pdf, Some(&files.pdf), files.missing.as_str()),
    ];
    let mut kept = 0;
    for (format, content, missing) in forms {
        let Some(content) = content else { continue };
        let hash = digest(&SHA256, content).as_ref().to_vec();
        kept += insert_file(invoice, format, hash, content.clone(), missing, now).exec(&tx).await?;
    }
    let lacking = (kept > 0).then_some((invoice, files.missing.as_str()));
    glyphs::keep(&tx, lacking, &files.found, now).await?;
    if kept > 0 {
        if !files.missing.is_empty() {
            // For administrators alone: no organisation is named.
            let words = "No font has some characters of an invoice; they are printed as question marks";
            let event = Event::new("billing.invoice_glyphs", EventStatus::Warning, words);
            activity::record(&tx, event.entity("invoice", invoice)).await?;
        }
        if announce {
            tell(ctx, &tx, invoice).await?;
        }
    }
    tx.commit().await?;
    Ok(())
}

db::row! {
    struct Reader {
        org_id: OrgId,
        billing: bool,
    }
}

/// To the address for invoices, else to the owners.
async fn tell(ctx: &Ctx, tx: &sea_orm::DatabaseTransaction, invoice: InvoiceId) -> Result<()> {
    let reader = select_reader(invoice).only(tx).await?;
    if reader.billing {
        mail::send(ctx, tx, Mail::Invoice { user: None, invoice }).await?;
        return Ok(());
    }
    for user in select_owners(reader.org_id, MAX_MAILED).all(tx).await? {
        mail::send(ctx, tx, Mail::Invoice { user: Some(user), invoice }).await?;
    }
    Ok(())
}

db::statement! {
    fn select_snapshot(invoice: InvoiceId) -> Json = "select snapshot from invoice where id = $1";

    fn insert_file(
        invoice: InvoiceId,
        format: InvoiceFormat,
        sha256: Vec<u8>,
        content: Vec<u8>,
        missing: &str,
        now: DateTime<Utc>,
    ) =
        "insert into invoice_file (invoice_id, format, sha256, content, missing, created_at)
         values ($1, $2, $3, $4, $5, $6)
         on conflict (invoice_id, format) do nothing";

    fn select_reader(invoice: InvoiceId) -> Reader =
        "select i.org_id, p.billing_email is not null as billing
         from invoice i left join org_profile p on p.org_id = i.org_id where i.id = $1";

    fn select_owners(org: OrgId, limit: i64) -> UserId =
        "select m.user_id from org_member m join app_user u on u.id = m.user_id and u.deleted_at is null
         where m.org_id = $1 and m.role = 'owner' order by m.created_at, m.user_id limit $2";
}
