//! `skypanel invoice`.

use std::io::Write as _;

use anyhow::Context as _;
use api::routes::invoices::{Invoice, InvoiceDetail};
use api::wire::{Paged, json_of};
use chrono::NaiveDate;
use domain::invoice::{self, InvoiceRow};
use domain::page::PageRequest;
use domain::{Actor, Ctx, InvoiceFormat, InvoiceId, Money, OrgId};
use runtime::settings::Source;
use serde_json::json;

use super::output::{self, time};
use crate::args::money::Invoices;
use crate::args::operator::Output;
use crate::wiring::{Purpose, ready_ctx};

/// Shows and issues receipts, invoices and credit notes.
pub async fn run(source: &Source, output: Output, what: Invoices) -> anyhow::Result<()> {
    let ctx = ready_ctx(source, Purpose::Work).await?;
    match what {
        Invoices::List { org, kind, rows } => {
            let request = PageRequest { cursor: rows.cursor, limit: rows.limit };
            let page = invoice::all(&ctx, &Actor::Operator, org, kind, &request).await?;
            if output.json {
                output::json(&json_of(&Paged::of(page, Invoice::from)));
            } else {
                table(&page.items);
                output::more(page.next.as_deref());
            }
        }
        Invoices::Issue { org, month } => issue(&ctx, output, org, &month).await?,
        Invoices::Show { id, form: Some(form) } => write(&ctx, id, form).await?,
        Invoices::Show { id, form: None } => {
            let found = invoice::admin_get(&ctx, &Actor::Operator, id).await?;
            if output.json {
                output::json(&json_of(&InvoiceDetail::from(found)));
            } else {
                table(std::slice::from_ref(&found.row));
                let net = |cents: i64| Money::usd(cents * 10_000).to_string();
                let lines = found.snapshot.lines.iter();
                let lines = lines.map(|line| [line.name.clone(), line.detail.clone(), net(line.net_cents)]);
                output::rows(["item", "", "net"], lines);
                let chain = &found.snapshot.chain;
                say!("Ledger: {}:{}:{}", found.row.org_id, chain.seq, chain.hash);
            }
        }
    }
    Ok(())
}

async fn issue(ctx: &Ctx, output: Output, org: OrgId, month: &str) -> anyhow::Result<()> {
    let first = NaiveDate::parse_from_str(&format!("{month}-01"), "%Y-%m-%d")
        .with_context(|| format!("{month:?} is no month; write one such as 2026-10"))?;
    let job = invoice::order(ctx, &Actor::Operator, org, first.and_time(chrono::NaiveTime::MIN).and_utc()).await?;
    if output.json {
        output::json(&json!({ "job_id": job }));
    } else {
        say!("It is issued by {job}; follow it with `skypanel jobs show {job}`.");
    }
    Ok(())
}

async fn write(ctx: &Ctx, id: InvoiceId, form: InvoiceFormat) -> anyhow::Result<()> {
    let file = invoice::admin_file(ctx, &Actor::Operator, id, form).await?;
    std::io::stdout().write_all(&file.content).context("writing the document")
}

fn table(rows: &[InvoiceRow]) {
    let row = |row: &InvoiceRow| {
        [
            row.number.clone(),
            time(row.issued_at),
            row.kind.to_string(),
            row.org_id.to_string(),
            Money::usd(row.total_cents * 10_000).to_string(),
            row.formats.join(" "),
            row.id.to_string(),
        ]
    };
    output::rows(["number", "issued", "kind", "organisation", "total", "forms", ""], rows.iter().map(row));
}
