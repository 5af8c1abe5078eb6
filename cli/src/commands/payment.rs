//! `skypanel payment`.

use api::routes::admin::payments_model::{AdminPayment, PaymentDetail, PaymentRefund, Rung};
use api::routes::payments_csv;
use api::wire::{Id, Paged, json_of};
use domain::page::PageRequest;
use domain::payment::{self, AdminFilter, NewRefund, PaymentView};
use domain::{Actor, Ctx, Money, PaymentId};
use futures::TryStreamExt as _;
use runtime::settings::Source;

use super::output::{self, time};
use super::quote;
use crate::args::operator::Output;
use crate::args::payments::Payments;
use crate::wiring::{Purpose, ready_ctx};

/// Shows payments, makes them be looked at, and gives money back.
pub async fn run(source: &Source, output: Output, what: Option<Payments>) -> anyhow::Result<()> {
    let ctx = ready_ctx(source, Purpose::Work).await?;
    let actor = Actor::Operator;
    let all =
        Payments::List { org: None, state: None, rows: crate::args::operator::Rows { limit: None, cursor: None } };
    match what.unwrap_or(all) {
        Payments::List { org, state, rows } => {
            let request = PageRequest { cursor: rows.cursor, limit: rows.limit };
            let found = payment::admin_list(&ctx, &actor, AdminFilter { org, state }, &request).await?;
            if output.json {
                output::json(&json_of(&Paged::of(found, |view| AdminPayment::of(&view, &ctx))));
            } else {
                table(&found.items);
                output::more(found.next.as_deref());
            }
        }
        Payments::Export { org, state, form } => export(&ctx, AdminFilter { org, state }, &form).await?,
        Payments::Show { id } => show(&ctx, &actor, output, id).await?,
        Payments::Settle { id } => {
            let job = payment::settle_now(&ctx, &actor, id).await?;
            if output.json {
                output::json(&json_of(&Rung { job_id: Id(job) }));
            } else {
                say!("A worker asks the provider about {id} now: {job}.");
            }
        }
        Payments::Refund { id, amount, currency, to, reason, dry_run } => {
            let new = NewRefund { payment: id, amount: Money::parse(&amount, currency)?, to, reason };
            if dry_run {
                quote::print(output, payment::quote_refund(&ctx, &actor, &new).await?);
                return Ok(());
            }
            let refund = payment::ask(&ctx, &actor, &new, None).await?;
            let words = format!("The refund {} of {} is {}.", refund.id, new.amount.exact(), refund.state);
            if output.json {
                output::json(&json_of(&PaymentRefund::from(refund)));
            } else {
                say!("{words}");
            }
        }
    }
    Ok(())
}

/// As the API exports them, chunk by chunk.
async fn export(ctx: &Ctx, filter: AdminFilter, form: &str) -> anyhow::Result<()> {
    let mut chunks = std::pin::pin!(payment::admin_export(ctx.clone(), &Actor::Operator, filter)?);
    if form == "csv" {
        crate::say::out(format_args!("{}", payments_csv::ADMIN_HEAD));
    }
    while let Some(chunk) = chunks.try_next().await? {
        for view in &chunk {
            match form {
                "csv" => crate::say::out(format_args!("{}", payments_csv::admin_line(view))),
                _ => say!("{}", json_of(&AdminPayment::of(view, ctx))),
            }
        }
    }
    Ok(())
}

async fn show(ctx: &Ctx, actor: &Actor, output: Output, id: PaymentId) -> anyhow::Result<()> {
    let found = payment::admin_get(ctx, actor, id).await?;
    if output.json {
        output::json(&json_of(&PaymentDetail::of(found, ctx)));
        return Ok(());
    }
    let (view, captures, refunds) = found;
    table(std::slice::from_ref(&view));
    let taken = captures.iter().map(|capture| {
        let money = |micros| Money { micros, currency: capture.currency }.exact();
        [
            capture.provider_ref.clone(),
            money(capture.amount_micros),
            capture.state.to_string(),
            capture.mismatch.map(|mismatch| mismatch.to_string()).unwrap_or_default(),
            money(capture.refundable_micros),
            time(capture.captured_at),
        ]
    });
    output::rows(["capture", "amount", "is", "does not fit", "may go back", "at"], taken);
    let given = refunds.iter().map(|refund| {
        let amount = Money { micros: refund.amount_micros, currency: refund.currency };
        [
            refund.id.to_string(),
            amount.exact(),
            refund.destination.to_string(),
            refund.origin.to_string(),
            refund.state.to_string(),
            time(refund.created_at),
        ]
    });
    output::rows(["refund", "amount", "to", "by", "is", "at"], given);
    Ok(())
}

fn table(payments: &[PaymentView]) {
    let row = |payment: &PaymentView| {
        let money = |micros| Money { micros, currency: payment.currency }.exact();
        [
            payment.id.to_string(),
            payment.org_id.to_string(),
            money(payment.amount_micros),
            payment.state.to_string(),
            money(payment.credited_micros),
            money(payment.refunded_micros),
            time(payment.created_at),
        ]
    };
    let columns = ["payment", "organisation", "amount", "is", "credited", "went back", "begun"];
    output::rows(columns, payments.iter().map(row));
}
