//! `./dev prove money`: the ledger under fire, hours by the closed form, payments in every order, funds that end, a
//! year of invoices, and the pages of all that.
//!
//! Invariant: what is expected is computed here, by another way than the product's, and compared with its rows.

mod closed_form;
mod events;
mod funds;
mod histories;
mod invoices;
mod operations;
mod pages;
mod table;

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use domain::chance::Chance;
use domain::work::{Job, NewJob};
use domain::{Ctx, JobId, db};
use sea_orm::TryGetable;
use testkit::TestApp;

use crate::story::Story;

/// How much is played.
#[derive(Clone, Copy, Debug)]
pub struct Sizes {
    /// Random operations on the ledger.
    pub operations: usize,
    /// Random histories of servers and backups.
    pub histories: usize,
    /// Irregular ticks that charge them.
    pub ticks: usize,
    /// Payments whose messages are shuffled.
    pub payments: usize,
    /// Organisations whose funds end under the ladder.
    pub ladders: usize,
    /// Months of invoices.
    pub months: usize,
}

impl Sizes {
    /// What a release is proven with, and this many operations and histories.
    #[must_use]
    pub const fn whole(operations: usize, histories: usize) -> Self {
        Self { operations, histories, ticks: 30, payments: 40, ladders: 6, months: 12 }
    }

    /// Says only that every part can be played.
    #[must_use]
    pub const fn small() -> Self {
        Self { operations: 500, histories: 300, ticks: 6, payments: 6, ladders: 2, months: 2 }
    }
}

/// Clients that work at the same time on the same wallets.
const CLIENTS: usize = 64;

/// Plays it, with the pages' part where there is a browser.
///
/// # Errors
/// The first step that fails.
pub async fn play(sizes: Sizes, with_pages: bool) -> Result<()> {
    let mut story = Story::begin("money", "Money: exact to the micro-unit");
    Box::pin(operations::play(&mut story, sizes.operations)).await?;
    Box::pin(histories::play(&mut story, sizes.histories, sizes.ticks)).await?;
    table::play(&mut story).await?;
    Box::pin(events::play(&mut story, sizes.payments)).await?;
    Box::pin(funds::play(&mut story, sizes.ladders)).await?;
    Box::pin(invoices::play(&mut story, sizes.months)).await?;
    if with_pages {
        Box::pin(pages::play(&mut story)).await?;
    } else {
        Story::figure("the pages were left out: this proof is not whole");
    }
    story.end();
    Ok(())
}

/// One value of the database.
async fn figure<T: TryGetable>(app: &TestApp, sql: &str) -> Result<T> {
    db::scalar(&app.ctx.db, db::sql(sql, [])).await?.with_context(|| format!("nothing from {sql}"))
}

async fn enqueue(app: &TestApp, job: Job) -> Result<JobId> {
    let tx = app.ctx.begin().await?;
    let id = domain::work::enqueue(&app.ctx, &tx, NewJob::new(job)).await?;
    tx.commit().await?;
    Ok(id)
}

/// Waits until no job is open: minutes, where many servers are charged.
async fn at_rest(app: &TestApp) -> Result<()> {
    let limit = Duration::from_mins(10);
    // Where connections were killed, a question may be lost: it is asked again.
    let open = "select count(*) from job where state in ('queued', 'running', 'waiting', 'retry')";
    testkit::fixture::until(limit, async || Ok(matches!(figure::<i64>(app, open).await, Ok(0)).then_some(())))
        .await
        .with_context(|| "jobs are still open")?;
    let failed: i64 = figure(app, "select count(*) from job where state in ('failed', 'stuck')").await?;
    ensure!(failed == 0, "{failed} jobs failed");
    Ok(())
}

/// The rules on the app's database with another pool, and with time for statements that read all of it.
async fn wide(app: &TestApp, connections: u32) -> Result<Ctx> {
    let mut options = testkit::app::ctx_options(app.database());
    options.max_connections = connections;
    options.statement_timeout = Duration::from_mins(30);
    Ok(Ctx::connect(&options, Chance::from_os()).await?)
}

/// Every promise of the ledger, as `skypanel ledger verify` proves it. Returns how much was looked at.
async fn verified(app: &TestApp) -> Result<i64> {
    let checks = domain::ledger::verify::verify(&wide(app, 2).await?, &[]).await?;
    let wrong: Vec<_> = checks.iter().filter(|check| check.wrong > 0).collect();
    ensure!(wrong.is_empty(), "the ledger does not verify: {wrong:?}");
    Ok(checks.iter().map(|check| check.checked).sum())
}
