//! `skypanel tick`: charging hours by hand, and what runs charged.

use std::time::Duration;

use api::routes::admin::charging::ChargeRun as Wire;
use api::wire::{Paged, json_of};
use chrono::{DateTime, Utc};
use domain::billing::{self, ChargeRun};
use domain::page::PageRequest;
use domain::{Actor, Ctx, JobId, Money};
use runtime::settings::Source;

use super::output::{self, span, time};
use crate::args::operator::{Output, Rows, Ticks};
use crate::wiring::{Purpose, ready_ctx};

/// How often it is asked whether the run has ended.
const PAUSE: Duration = Duration::from_millis(200);

/// Charges hours, and shows what was charged.
pub async fn run(source: &Source, output: Output, what: Option<Ticks>) -> anyhow::Result<()> {
    let ctx = ready_ctx(source, Purpose::Work).await?;
    match what.unwrap_or(Ticks::List(Rows::default())) {
        Ticks::Run { at, wait_s } => charge(&ctx, at, Duration::from_secs(wait_s), output).await,
        Ticks::List(rows) => {
            let request = PageRequest { cursor: rows.cursor, limit: rows.limit };
            let found = billing::runs(&ctx, &Actor::Operator, &request).await?;
            if output.json {
                output::json(&json_of(&Paged::of(found, Wire::from)));
            } else {
                table(&found.items);
                output::more(found.next.as_deref());
            }
            Ok(())
        }
    }
}

async fn charge(ctx: &Ctx, at: Option<DateTime<Utc>>, wait: Duration, output: Output) -> anyhow::Result<()> {
    let at = match at {
        Some(at) => at,
        None => ctx.clock.now(&ctx.db).await?,
    };
    let job = billing::charge_until(ctx, &Actor::Operator, at).await?;
    match ended(ctx, job, wait).await? {
        Some(run) if output.json => output::json(&json_of(&Wire::from(run))),
        Some(run) => table(&[run]),
        None => anyhow::bail!("{job} has not ended after {} s; follow it with `skypanel tick list`", wait.as_secs()),
    }
    Ok(())
}

async fn ended(ctx: &Ctx, job: JobId, wait: Duration) -> anyhow::Result<Option<ChargeRun>> {
    let asked = async {
        loop {
            if let Some(run) = billing::run(ctx, &Actor::Operator, job).await?
                && run.chunks_done + run.chunks_failed == run.chunks
            {
                return anyhow::Ok(run);
            }
            tokio::time::sleep(PAUSE).await;
        }
    };
    tokio::time::timeout(wait, asked).await.ok().transpose()
}

fn table(runs: &[ChargeRun]) {
    let row = |run: &ChargeRun| {
        [
            time(run.tick),
            format!("{} of {}", run.chunks_done, run.chunks),
            run.charged.to_string(),
            run.skipped.to_string(),
            run.in_debt.to_string(),
            run.failed.to_string(),
            run.lines.to_string(),
            Money::usd(run.micros).exact(),
            span(run.seconds),
        ]
    };
    output::rows(
        ["tick", "chunks", "charged", "skipped", "in debt", "failed", "hours", "amount", "took"],
        runs.iter().map(row),
    );
}
