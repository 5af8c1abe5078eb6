//! `skypanel supplier`.

use anyhow::Context as _;
use api::routes::admin::suppliers::{SupplierDetail, SupplierInvoice};
use api::wire::{Paged, json_of};
use domain::page::PageRequest;
use domain::supplier::{self, NewSupplierInvoice, SupplierInvoice as Row, SupplierServer};
use domain::{Actor, Money};
use runtime::settings::Source;
use serde_json::json;

use super::output::{self, dash, time};
use crate::args::money::Suppliers;
use crate::args::operator::Output;
use crate::wiring::{Purpose, ready_ctx};

/// Imports suppliers' invoices, and shows them beside what was charged.
pub async fn run(source: &Source, output: Output, what: Suppliers) -> anyhow::Result<()> {
    let (ctx, actor) = (ready_ctx(source, Purpose::Work).await?, Actor::Operator);
    let found = match what {
        Suppliers::List { rows } => {
            let request = PageRequest { cursor: rows.cursor, limit: rows.limit };
            let found = supplier::list(&ctx, &actor, &request).await?;
            if output.json {
                output::json(&json_of(&Paged::of(found, SupplierInvoice::from)));
            } else {
                table(&found.items);
                output::more(found.next.as_deref());
            }
            return Ok(());
        }
        Suppliers::Margin { percent } => {
            let margin_bp = match percent {
                Some(percent) => supplier::set_margin(&ctx, &actor, i32::from(percent) * 100).await?,
                None => supplier::margin(&ctx, &actor).await?,
            };
            if output.json {
                output::json(&json!({ "margin_bp": margin_bp }));
            } else {
                say!("A margin below {}.{:02} % is told of.", margin_bp / 100, margin_bp % 100);
            }
            return Ok(());
        }
        Suppliers::Import { cloud, number, file, form } => {
            let content = std::fs::read_to_string(&file).with_context(|| format!("reading {}", file.display()))?;
            let new = NewSupplierInvoice { cloud, number: &number, form, content: &content };
            supplier::import(&ctx, &actor, new).await?
        }
        Suppliers::Show { id } => supplier::detail(&ctx, &actor, id).await?,
    };
    if output.json {
        output::json(&json_of(&SupplierDetail::from(found)));
        return Ok(());
    }
    table(std::slice::from_ref(&found.invoice));
    let row = |server: &SupplierServer| {
        [
            server.machine_ref.clone(),
            server.vps_id.map_or_else(|| "not known".to_owned(), |id| id.to_string()),
            server.org_name.clone().unwrap_or_else(dash),
            Money::usd(server.asked_micros).to_string(),
            Money::usd(server.charged_micros).to_string(),
            Money::usd(server.charged_micros - server.asked_micros).to_string(),
        ]
    };
    let columns = ["machine", "server", "organisation", "asked", "charged", "difference"];
    output::rows(columns, found.servers.iter().map(row));
    Ok(())
}

fn table(rows: &[Row]) {
    let row = |row: &Row| {
        [
            row.number.clone(),
            row.cloud_name.clone(),
            time(row.from_at),
            time(row.to_at),
            Money::usd(row.total_micros).to_string(),
            Money::usd(row.charged_micros).to_string(),
            row.margin_bp().map_or_else(dash, |bp| format!("{} %", bp / 100)),
            row.unknown_machines.to_string(),
            row.id.to_string(),
        ]
    };
    let columns = ["number", "cloud", "from", "to", "asked", "charged", "margin", "unknown", ""];
    output::rows(columns, rows.iter().map(row));
}
