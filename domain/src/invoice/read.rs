//! Reading documents: their list, what one says, and its files.

use chrono::{DateTime, Utc};
use documents::Snapshot;
use entity::invoice::InvoiceKind;
use entity::invoice_file::InvoiceFormat;
use entity::{AnyId, InvoiceId, OrgId};
use uuid::Uuid;

use super::files;
use crate::error::{Error, Result};
use crate::page::{Page, PageRequest};
use crate::{Actor, Ctx, Perm, db};

db::row! {
    /// A document in a list.
    #[derive(Clone, Debug)]
    pub struct InvoiceRow {
        /// Names it.
        pub id: InvoiceId,
        /// Whose.
        pub org_id: OrgId,
        /// The organisation's name now.
        pub org_name: String,
        /// Which kind.
        pub kind: InvoiceKind,
        /// Its number.
        pub number: String,
        /// When it was issued.
        pub issued_at: DateTime<Utc>,
        /// When the month began; none for receipts and credit notes.
        pub period_from: Option<DateTime<Utc>>,
        /// When it ended.
        pub period_to: Option<DateTime<Utc>>,
        /// The number of the invoice that a credit note corrects.
        pub corrects: Option<String>,
        /// That of all its amounts.
        pub currency: String,
        /// Without tax, in hundredths.
        pub net_cents: i64,
        /// The tax.
        pub tax_cents: i64,
        /// With tax.
        pub total_cents: i64,
        /// What the balance did not pay.
        pub due_cents: i64,
        /// The forms that were made of it so far.
        pub formats: Vec<String>,
    }
}

/// A document and what it says.
#[derive(Clone, Debug)]
pub struct Detail {
    /// As in lists.
    pub row: InvoiceRow,
    /// All that it says.
    pub snapshot: Snapshot,
}

db::row! {
    /// A file of a document.
    #[derive(Clone, Debug)]
    pub struct File {
        /// The document's number.
        pub number: String,
        /// The bytes.
        pub content: Vec<u8>,
        /// Their hash, in hexadecimal.
        pub sha256: String,
    }
}

/// The documents of the actor's organisation, newest first.
///
/// # Errors
/// A field error for a cursor that is not ours; `forbidden`.
pub async fn list(
    ctx: &Ctx,
    actor: &Actor,
    kind: Option<InvoiceKind>,
    request: &PageRequest,
) -> Result<Page<InvoiceRow>> {
    page(ctx, Some(actor.may(Perm::StatementRead)?), kind, request).await
}

/// Everybody's documents, or one customer's, newest first, for an administrator.
///
/// # Errors
/// A field error for a cursor that is not ours; `forbidden` for others than administrators.
pub async fn all(
    ctx: &Ctx,
    actor: &Actor,
    org: Option<OrgId>,
    kind: Option<InvoiceKind>,
    request: &PageRequest,
) -> Result<Page<InvoiceRow>> {
    actor.admin()?;
    page(ctx, org, kind, request).await
}

async fn page(
    ctx: &Ctx,
    org: Option<OrgId>,
    kind: Option<InvoiceKind>,
    request: &PageRequest,
) -> Result<Page<InvoiceRow>> {
    let before = request.after::<AnyId>()?.map(|id| id.0);
    let kind = kind.map(|kind| kind.to_string());
    let rows = select_invoices(org, before, kind, request.fetch()?).all(&ctx.db).await?;
    request.page(rows, |row: &InvoiceRow| row.id)
}

/// A document of the actor's organisation.
///
/// # Errors
/// `not_found`, for those of others too; `forbidden`.
pub async fn get(ctx: &Ctx, actor: &Actor, invoice: InvoiceId) -> Result<Detail> {
    detail(ctx, Some(actor.may(Perm::StatementRead)?), invoice).await
}

/// A document, for an administrator.
///
/// # Errors
/// `not_found`; `forbidden` for others than administrators.
pub async fn admin_get(ctx: &Ctx, actor: &Actor, invoice: InvoiceId) -> Result<Detail> {
    actor.admin()?;
    detail(ctx, None, invoice).await
}

async fn detail(ctx: &Ctx, org: Option<OrgId>, invoice: InvoiceId) -> Result<Detail> {
    let row = select_invoice(org, invoice).one(&ctx.db).await?.ok_or_else(|| Error::not_found("invoice"))?;
    Ok(Detail { row, snapshot: files::snapshot(ctx, invoice).await? })
}

/// A file of a document of the actor's organisation.
///
/// # Errors
/// `not_found`, for those of others too, and for a form that was not made; `forbidden`.
pub async fn file(ctx: &Ctx, actor: &Actor, invoice: InvoiceId, format: InvoiceFormat) -> Result<File> {
    one_file(ctx, Some(actor.may(Perm::StatementRead)?), invoice, format).await
}

/// A file of a document, for an administrator.
///
/// # Errors
/// `not_found`; `forbidden` for others than administrators.
pub async fn admin_file(ctx: &Ctx, actor: &Actor, invoice: InvoiceId, format: InvoiceFormat) -> Result<File> {
    actor.admin()?;
    one_file(ctx, None, invoice, format).await
}

async fn one_file(ctx: &Ctx, org: Option<OrgId>, invoice: InvoiceId, format: InvoiceFormat) -> Result<File> {
    select_file(org, invoice, format).one(&ctx.db).await?.ok_or_else(|| Error::not_found("file"))
}

/// What a mail says of a document: its snapshot, and its PDF if it was made.
pub(crate) async fn mailed(ctx: &Ctx, invoice: InvoiceId) -> Result<(Snapshot, Option<File>)> {
    let snapshot = files::snapshot(ctx, invoice).await?;
    Ok((snapshot, select_file(None, invoice, InvoiceFormat::Pdf).one(&ctx.db).await?))
}

db::statement! {
    fn select_invoices(org: Option<OrgId>, before: Option<Uuid>, kind: Option<String>, limit: i64) -> InvoiceRow =
        file "invoices.sql",
        "where ($1::uuid is null or i.org_id = $1) and ($2::uuid is null or i.id < $2)
         and ($3::text is null or i.kind = $3) order by i.id desc limit $4";

    fn select_invoice(org: Option<OrgId>, invoice: InvoiceId) -> InvoiceRow =
        file "invoices.sql",
        "where ($1::uuid is null or i.org_id = $1) and i.id = $2";

    fn select_file(org: Option<OrgId>, invoice: InvoiceId, format: InvoiceFormat) -> File =
        "select i.number, f.content, encode(f.sha256, 'hex') as sha256
         from invoice i join invoice_file f on f.invoice_id = i.id
         where ($1::uuid is null or i.org_id = $1) and i.id = $2 and f.format = $3";
}
