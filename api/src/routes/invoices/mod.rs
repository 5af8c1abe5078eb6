//! Receipts, invoices and credit notes, and exports of what they rest on.

mod model;

use domain::invoice::{self, InvoiceRow, UsageHour};
use domain::ledger::chain::{self, Link};
use domain::{InvoiceFormat, InvoiceId, InvoiceKind, ledger};
use futures::{StreamExt as _, TryStreamExt as _};
use poem::web::Data;
use poem_openapi::OpenApi;
use poem_openapi::param::{Path, Query};
use serde_json::json;

pub use model::{Invoice, InvoiceDetail};

use super::Tag;
use super::csv;
use super::download::{Csv, Download, Html, Ndjson, Pdf, Xml, json_line};
use super::statement::StatementEntry;
use crate::auth::may;
use crate::problem::{Common, Refused};
use crate::state::Shared;
use crate::wire::{Answer, Choice, Done, Id, Paged, json_of, page};

/// Operations on documents and exports.
pub struct InvoicesApi;

type File<T> = Result<Download<T>, Refused<Common>>;

#[OpenApi]
impl InvoicesApi {
    /// List invoices
    ///
    /// The organisation's receipts, invoices and credit notes, the newest first.
    #[oai(path = "/api/invoices", method = "get", operation_id = "listInvoices", tag = "Tag::Wallet")]
    async fn list(
        &self,
        member: may::StatementRead,
        app: Data<&Shared>,
        /// Only documents of this kind.
        kind: Query<Option<Choice<InvoiceKind>>>,
        /// The previous page's `next`.
        #[oai(validator(max_length = 200))]
        cursor: Query<Option<String>>,
        /// How many documents, 20 when left out.
        #[oai(validator(minimum(value = "1"), maximum(value = "100")))]
        limit: Query<Option<u16>>,
    ) -> Done<Paged<Invoice>> {
        let kind = kind.0.map(|kind| kind.0);
        let found = invoice::list(&app.ctx, &member.actor(), kind, &page(cursor.0, limit.0)).await?;
        Ok(Answer::new(Paged::of(found, Invoice::from)))
    }

    /// Export invoices
    ///
    /// All documents as a line of CSV each, the newest first.
    #[oai(path = "/api/invoices.csv", method = "get", operation_id = "exportInvoices", tag = "Tag::Wallet")]
    #[expect(clippy::unused_async, reason = "poem-openapi takes only asynchronous operations")]
    async fn export(&self, member: may::StatementRead, app: Data<&Shared>) -> File<Csv> {
        let head = "number,kind,issued_at,period_from,period_to,corrects,net,tax,total,due,currency\r\n";
        let rows = invoice::invoices(app.ctx.clone(), &member.actor())?;
        let lines = rows.map_ok(|rows| rows.iter().map(invoice_line).collect::<String>());
        let first = futures::stream::once(async { Ok(head.to_owned()) });
        Ok(Download::pieces("invoices.csv", first.chain(lines)))
    }

    /// Export invoices as JSON
    ///
    /// All documents as a JSON object a line, the newest first.
    #[oai(path = "/api/invoices.ndjson", method = "get", operation_id = "exportInvoicesJson", tag = "Tag::Wallet")]
    #[expect(clippy::unused_async, reason = "poem-openapi takes only asynchronous operations")]
    async fn export_json(&self, member: may::StatementRead, app: Data<&Shared>) -> File<Ndjson> {
        let rows = invoice::invoices(app.ctx.clone(), &member.actor())?;
        let lines = rows.map_ok(|rows| rows.into_iter().map(|row| json_line(&json_of(&Invoice::from(row)))).collect());
        Ok(Download::pieces("invoices.ndjson", lines))
    }

    /// Read an invoice
    ///
    /// A document with its lines and its tax, as it was frozen when it was issued.
    #[oai(path = "/api/invoices/:id", method = "get", operation_id = "getInvoice", tag = "Tag::Wallet")]
    async fn get(
        &self,
        member: may::StatementRead,
        app: Data<&Shared>,
        /// The document's id.
        id: Path<Id<InvoiceId>>,
    ) -> Done<InvoiceDetail> {
        Ok(Answer::new(invoice::get(&app.ctx, &member.actor(), id.0.0).await?.into()))
    }

    /// Download an invoice as PDF
    ///
    /// The bytes that were made when the document was issued.
    #[oai(path = "/api/invoices/:id/pdf", method = "get", operation_id = "getInvoicePdf", tag = "Tag::Wallet")]
    async fn pdf(
        &self,
        member: may::StatementRead,
        app: Data<&Shared>,
        /// The document's id.
        id: Path<Id<InvoiceId>>,
    ) -> File<Pdf> {
        let found = invoice::file(&app.ctx, &member.actor(), id.0.0, InvoiceFormat::Pdf).await?;
        Ok(Download::whole(&format!("{}.pdf", found.number), found.content))
    }

    /// Download an electronic invoice
    ///
    /// Cross Industry Invoice by EN 16931. Receipts have none, nor have documents whose parties lack a country.
    #[oai(path = "/api/invoices/:id/xml", method = "get", operation_id = "getInvoiceXml", tag = "Tag::Wallet")]
    async fn xml(
        &self,
        member: may::StatementRead,
        app: Data<&Shared>,
        /// The document's id.
        id: Path<Id<InvoiceId>>,
    ) -> File<Xml> {
        let found = invoice::file(&app.ctx, &member.actor(), id.0.0, InvoiceFormat::Xml).await?;
        Ok(Download::whole(&format!("{}.xml", found.number), found.content))
    }

    /// Download an invoice as a page
    ///
    /// One file to read and print, without scripts.
    #[oai(path = "/api/invoices/:id/html", method = "get", operation_id = "getInvoiceHtml", tag = "Tag::Wallet")]
    async fn html(
        &self,
        member: may::StatementRead,
        app: Data<&Shared>,
        /// The document's id.
        id: Path<Id<InvoiceId>>,
    ) -> File<Html> {
        let found = invoice::file(&app.ctx, &member.actor(), id.0.0, InvoiceFormat::Html).await?;
        Ok(Download::whole(&format!("{}.html", found.number), found.content))
    }

    /// Export charged hours
    ///
    /// Every charged hour of every server as a line of CSV, by server.
    #[oai(path = "/api/wallet/usage.csv", method = "get", operation_id = "exportUsage", tag = "Tag::Wallet")]
    #[expect(clippy::unused_async, reason = "poem-openapi takes only asynchronous operations")]
    async fn usage(&self, member: may::StatementRead, app: Data<&Shared>) -> File<Csv> {
        let rows = invoice::usage(app.ctx.clone(), &member.actor())?;
        let lines = rows.map_ok(|rows| rows.iter().map(hour_line).collect::<String>());
        let first = futures::stream::once(async {
            Ok("began_at,server,name,for,hour,amount,currency,tax,tax_is,seconds\r\n".to_owned())
        });
        Ok(Download::pieces("usage.csv", first.chain(lines)))
    }

    /// Export charged hours as JSON
    ///
    /// Every charged hour of every server as a JSON object a line, by server.
    #[oai(path = "/api/wallet/usage.ndjson", method = "get", operation_id = "exportUsageJson", tag = "Tag::Wallet")]
    #[expect(clippy::unused_async, reason = "poem-openapi takes only asynchronous operations")]
    async fn usage_json(&self, member: may::StatementRead, app: Data<&Shared>) -> File<Ndjson> {
        let rows = invoice::usage(app.ctx.clone(), &member.actor())?;
        let lines = rows.map_ok(|rows| rows.iter().map(hour_json).collect::<String>());
        Ok(Download::pieces("usage.ndjson", lines))
    }

    /// Export the statement as JSON
    ///
    /// Every movement as a JSON object a line, the newest first; the newest 100,000 at most.
    #[oai(
        path = "/api/wallet/statement.ndjson",
        method = "get",
        operation_id = "exportStatementJson",
        tag = "Tag::Wallet"
    )]
    #[expect(clippy::unused_async, reason = "poem-openapi takes only asynchronous operations")]
    async fn statement_json(&self, member: may::StatementRead, app: Data<&Shared>) -> File<Ndjson> {
        let (rows, vault) = (ledger::export(app.ctx.clone(), &member.actor())?, app.ctx.vault.clone());
        let lines = rows.map_ok(move |rows| {
            rows.iter().map(|row| json_line(&json_of(&StatementEntry::of(row, &vault)))).collect::<String>()
        });
        Ok(Download::pieces("statement.ndjson", lines))
    }

    /// Export the ledger with its proofs
    ///
    /// Every journal of the organisation in the order of its chain, with all that the hashes cover. The first line
    /// names the chain and its head. The page `/verify-ledger` and `docs/verify_ledger.py` check it without the panel.
    #[oai(path = "/api/wallet/proofs.ndjson", method = "get", operation_id = "exportProofs", tag = "Tag::Wallet")]
    async fn proofs(&self, member: may::StatementRead, app: Data<&Shared>) -> File<Ndjson> {
        let (org, head, links) = invoice::proofs(app.ctx.clone(), &member.actor()).await?;
        let first = json!({
            "format": chain::FORMAT, "chain": org.0, "org": org,
            "head": { "entry": head.seq, "hash": head.hash },
        });
        let first = futures::stream::once(async move { Ok(json_line(&first)) });
        let proofs = links.map_ok(|chunk| chunk.iter().map(proof_line).collect::<String>());
        Ok(Download::pieces("ledger.ndjson", first.chain(proofs)))
    }
}

fn proof_line(link: &Link) -> String {
    json_line(&json!({ "entry": link.seq, "hash": link.hash, "text": link.words(), "usage": link.usage }))
}

fn invoice_line(row: &InvoiceRow) -> String {
    let amount = |cents: i64| csv::amount(cents * 10_000);
    let time = |at: Option<_>| at.map(csv::instant).unwrap_or_default();
    format!(
        "{},{},{},{},{},{},{},{},{},{},{}\r\n",
        csv::text(&row.number),
        row.kind,
        csv::instant(row.issued_at),
        time(row.period_from),
        time(row.period_to),
        row.corrects.as_deref().map(csv::text).unwrap_or_default(),
        amount(row.net_cents),
        amount(row.tax_cents),
        amount(row.total_cents),
        amount(row.due_cents),
        row.currency,
    )
}

fn hour_line(hour: &UsageHour) -> String {
    format!(
        "{},{},{},{},{},{},USD,{},{},{}\r\n",
        csv::instant(hour.began_at),
        hour.vps_id,
        csv::text(&hour.label),
        hour.kind,
        hour.hour_no,
        csv::amount(hour.micros),
        hour.tax_micros.map(csv::amount).unwrap_or_default(),
        tax_is(hour).unwrap_or_default(),
        hour.seconds,
    )
}

/// Whether an hour's tax was added to its amount, or is contained in it; none without tax.
fn tax_is(hour: &UsageHour) -> Option<&'static str> {
    hour.tax_added.map(|added| if added { "added" } else { "contained" })
}

fn hour_json(hour: &UsageHour) -> String {
    json_line(&json!({
        "began_at": csv::instant(hour.began_at), "vps_id": hour.vps_id, "label": hour.label, "for": hour.kind,
        "hour": hour.hour_no, "seconds": hour.seconds,
        "amount": { "amount": csv::amount(hour.micros), "currency": "USD" },
        "tax": hour.tax_micros.map(|micros| json!({ "amount": csv::amount(micros), "currency": "USD" })),
        "tax_is": tax_is(hour),
    }))
}
