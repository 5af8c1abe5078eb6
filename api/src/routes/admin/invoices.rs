//! Documents of all customers: their list, issuing on demand, and credit notes.

use domain::idempotency::IdempotencyKey;
use domain::invoice;
use domain::{InvoiceFormat, InvoiceId, InvoiceKind, JobId, OrgId};
use poem::web::Data;
use poem_openapi::param::{Header, Path, Query};
use poem_openapi::types::ToJSON as _;
use poem_openapi::{Object, OpenApi};

use crate::auth::{Admin, AdminVerified};
use crate::problem::{Common, Problems, Refused};
use crate::routes::Tag;
use crate::routes::download::{Download, Html, Pdf, Xml};
use crate::routes::invoices::{Invoice, InvoiceDetail};
use crate::routes::quote::{OrQuote, would};
use crate::state::Shared;
use crate::wire::{Accepted, Answer, Body, Choice, Done, Gone, Id, Key, Money, NoContent, Paged, Quoted, Time, page};

/// An invoice to issue.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct IssueInvoice {
    /// The organisation.
    org_id: Id<OrgId>,
    /// An instant of the month, which has ended.
    month: Time,
}

/// The job that issues a document.
#[derive(Debug, Object)]
pub struct InvoiceOrder {
    /// The job's id.
    job_id: Id<JobId>,
}

/// Money to give back.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct NewCreditNote {
    /// How much, in whole hundredths; all that is left of the invoice when left out.
    amount: Option<Money>,
    /// The reason, which is recorded.
    #[oai(validator(min_length = 3, max_length = 500))]
    reason: String,
}

/// Money that went back to the wallet.
#[derive(Debug, Object)]
pub struct GivenBack {
    /// How much.
    amount: Money,
    /// The job that issues the credit note.
    job_id: Id<JobId>,
}

/// Why no invoice is issued.
pub struct OrderProblems;

impl Problems for OrderProblems {
    const OWN: &'static [(u16, &'static str)] = &[(404, "not_found")];
}

/// Why no money goes back.
pub struct CreditNoteProblems;

impl Problems for CreditNoteProblems {
    const OWN: &'static [(u16, &'static str)] = &[(409, "idempotency_key_reused"), (409, "not_correctable")];
}

/// Operations on all customers' documents.
pub struct AdminInvoicesApi;

#[OpenApi]
impl AdminInvoicesApi {
    /// List all invoices
    ///
    /// Receipts, invoices and credit notes of all customers, the newest first.
    #[oai(path = "/api/admin/billing/invoices", method = "get", operation_id = "listAllInvoices", tag = "Tag::Admin")]
    async fn list(
        &self,
        admin: Admin,
        app: Data<&Shared>,
        /// Only documents of this organisation.
        org: Query<Option<Id<OrgId>>>,
        /// Only documents of this kind.
        kind: Query<Option<Choice<InvoiceKind>>>,
        /// The previous page's `next`, with the same filter.
        #[oai(validator(max_length = 200))]
        cursor: Query<Option<String>>,
        /// How many documents, 20 when left out.
        #[oai(validator(minimum(value = "1"), maximum(value = "100")))]
        limit: Query<Option<u16>>,
    ) -> Done<Paged<Invoice>> {
        let (org, kind) = (org.0.map(|org| org.0), kind.0.map(|kind| kind.0));
        let found = invoice::all(&app.ctx, &admin.actor(), org, kind, &page(cursor.0, limit.0)).await?;
        Ok(Answer::new(Paged::of(found, Invoice::from)))
    }

    /// Issue an invoice
    ///
    /// A job issues the organisation's invoice of the month, once: what was issued before stays.
    #[oai(path = "/api/admin/billing/invoices", method = "post", operation_id = "issueInvoice", tag = "Tag::Admin")]
    async fn issue(
        &self,
        admin: Admin,
        app: Data<&Shared>,
        body: Body<IssueInvoice>,
    ) -> Accepted<InvoiceOrder, OrderProblems> {
        let job = invoice::order(&app.ctx, &admin.actor(), body.0.org_id.0, body.0.month.0).await?;
        Ok(Answer::new(InvoiceOrder { job_id: Id(job) }))
    }

    /// Read a customer's invoice
    ///
    /// A document with its lines and its tax.
    #[oai(path = "/api/admin/billing/invoices/:id", method = "get", operation_id = "getAnyInvoice", tag = "Tag::Admin")]
    async fn get(
        &self,
        admin: Admin,
        app: Data<&Shared>,
        /// The document's id.
        id: Path<Id<InvoiceId>>,
    ) -> Done<InvoiceDetail> {
        Ok(Answer::new(invoice::admin_get(&app.ctx, &admin.actor(), id.0.0).await?.into()))
    }

    /// Download a customer's invoice as PDF
    ///
    /// The bytes that the customer has.
    #[oai(
        path = "/api/admin/billing/invoices/:id/pdf",
        method = "get",
        operation_id = "getAnyInvoicePdf",
        tag = "Tag::Admin"
    )]
    async fn pdf(
        &self,
        admin: Admin,
        app: Data<&Shared>,
        /// The document's id.
        id: Path<Id<InvoiceId>>,
    ) -> Result<Download<Pdf>, Refused<Common>> {
        let found = invoice::admin_file(&app.ctx, &admin.actor(), id.0.0, InvoiceFormat::Pdf).await?;
        Ok(Download::whole(&format!("{}.pdf", found.number), found.content))
    }

    /// Download a customer's electronic invoice
    ///
    /// The bytes that the customer has.
    #[oai(
        path = "/api/admin/billing/invoices/:id/xml",
        method = "get",
        operation_id = "getAnyInvoiceXml",
        tag = "Tag::Admin"
    )]
    async fn xml(
        &self,
        admin: Admin,
        app: Data<&Shared>,
        /// The document's id.
        id: Path<Id<InvoiceId>>,
    ) -> Result<Download<Xml>, Refused<Common>> {
        let found = invoice::admin_file(&app.ctx, &admin.actor(), id.0.0, InvoiceFormat::Xml).await?;
        Ok(Download::whole(&format!("{}.xml", found.number), found.content))
    }

    /// Download a customer's invoice as a page
    ///
    /// One file to read and print, without scripts.
    #[oai(
        path = "/api/admin/billing/invoices/:id/html",
        method = "get",
        operation_id = "getAnyInvoiceHtml",
        tag = "Tag::Admin"
    )]
    async fn html(
        &self,
        admin: Admin,
        app: Data<&Shared>,
        /// The document's id.
        id: Path<Id<InvoiceId>>,
    ) -> Result<Download<Html>, Refused<Common>> {
        let found = invoice::admin_file(&app.ctx, &admin.actor(), id.0.0, InvoiceFormat::Html).await?;
        Ok(Download::whole(&format!("{}.html", found.number), found.content))
    }

    /// Dismiss missing characters
    ///
    /// No more is told of the characters that no font has since this document was printed, until a font had them in
    /// between. The document stays as it is.
    #[oai(
        path = "/api/admin/billing/invoices/:id/glyphs/dismiss",
        method = "post",
        operation_id = "dismissGlyphs",
        tag = "Tag::Admin"
    )]
    async fn dismiss(
        &self,
        admin: Admin,
        app: Data<&Shared>,
        /// The document's id.
        id: Path<Id<InvoiceId>>,
    ) -> Gone {
        invoice::dismiss_glyphs(&app.ctx, &admin.actor(), id.0.0).await?;
        Ok(NoContent::default())
    }

    /// Give back a part of an invoice
    ///
    /// The money is in the customer's wallet at once, a debt is paid from it first, and a job issues the credit note.
    /// The same key with the same body gives it back once. With `dry_run` the response is 200 with the quote, which
    /// needs no key.
    #[oai(
        path = "/api/admin/billing/invoices/:id/credit-note",
        method = "post",
        operation_id = "creditInvoice",
        tag = "Tag::Admin"
    )]
    async fn credit(
        &self,
        admin: AdminVerified,
        app: Data<&Shared>,
        /// The invoice's id.
        id: Path<Id<InvoiceId>>,
        /// A key that the client creates for this refund, such as a UUID.
        #[oai(name = "Idempotency-Key")]
        idempotency_key: Header<Option<Key>>,
        /// When true, the answer is what it would cost, and nothing is done.
        dry_run: Query<Option<bool>>,
        body: Body<NewCreditNote>,
    ) -> OrQuote<GivenBack, 202, CreditNoteProblems> {
        let (actor, reason) = (admin.actor(), &body.0.reason);
        let amount = body.0.amount.as_ref().map(|amount| amount.0);
        if dry_run.0 == Some(true) {
            return would(invoice::quote_credit(&app.ctx, &actor, id.0.0, amount, reason).await?);
        }
        let request = format!("{} {}", id.0.0, body.0.to_json_string());
        let key = IdempotencyKey::new(
            idempotency_key.0.as_ref().map_or("", |key| &key.0),
            "POST /api/admin/billing/invoices/{id}/credit-note",
            request.into_bytes(),
        )?;
        let given = invoice::credit(&app.ctx, &actor, id.0.0, amount, reason, &key).await?;
        let amount = Money::usd(given.cents * 10_000);
        Ok(Quoted::Did(Answer::new(GivenBack { amount, job_id: Id(given.job) })))
    }
}
