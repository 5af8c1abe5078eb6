//! The invoices of a month: numbered in one pass without a gap, and drawn.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use chrono::{DateTime, Utc};
use domain::invoice::Issue;
use domain::work::{Job, NewJob};
use domain::{Ctx, db};
use sea_orm::{ConnectionTrait as _, DatabaseConnection};

use super::installation;
use crate::cpu::Cpu;
use crate::customers::ctx;
use crate::tick::{figure, until_charged};
use crate::{Row, Scale};

/// PDFs a core and second.
const PDFS: f64 = 50.0;
/// A pass that takes longer is given up.
const LIMIT: Duration = Duration::from_mins(40);

/// Servers that ran for the last three hours of the month before.
const LAST_MONTH: &str = "
update usage_segment
set started_at = date_trunc('month', now(), 'UTC') - interval '3 hours'";
const ENDED: &str = "
update usage_segment set ended_at = date_trunc('month', now(), 'UTC')";

/// Issues and draws them.
///
/// # Errors
/// When a number is missing, or a document.
pub(super) async fn measure(scale: Scale) -> Result<Vec<Row>> {
    let orgs = scale.money.invoiced;
    let (stack, owner) = installation(orgs, 1).await?;
    owner.execute_unprepared(LAST_MONTH).await?;
    let month: DateTime<Utc> = figure(&owner, "select date_trunc('month', now(), 'UTC')", []).await?;
    until_charged(&owner, month).await?;
    owner.execute_unprepared(ENDED).await?;
    owner.execute_unprepared("analyze").await?;
    let before = Cpu::read(&stack);
    let began = Instant::now();
    ordered(&ctx(&stack).await?).await?;
    let numbered = reach(&owner, "select count(*) from invoice where kind = 'invoice'", orgs, began).await?;
    let drawn = reach(&owner, "select count(*) from invoice_file where format = 'pdf'", orgs, began).await?;
    let cpu = Cpu::read(&stack).since(&before);
    let gaps: i64 = figure(
        &owner,
        "select max(substring(number from '[0-9]+$')::bigint) - count(*) from invoice where kind = 'invoice'",
        [],
    )
    .await?;
    #[expect(clippy::cast_precision_loss, reason = "a count of documents")]
    let rate = orgs as f64 / cpu.of("workers");
    Ok(vec![
        Row {
            what: format!("{orgs} invoices of a month, numbered"),
            measured: format!("one pass in {numbered:.1} s; {gaps} numbers missing"),
            bar: "no gap".to_owned(),
            reached: gaps == 0,
            cpu: cpu.to_string(),
        },
        Row {
            what: "the same, drawn as HTML, PDF and XML".to_owned(),
            measured: format!(
                "all after {drawn:.1} s: {rate:.0} a second of a worker's core, numbering and mails included"
            ),
            bar: format!(">= {PDFS} a core"),
            reached: rate >= PDFS,
            cpu: String::new(),
        },
    ])
}

async fn ordered(ctx: &Ctx) -> Result<()> {
    let tx = ctx.begin().await?;
    let tick = ctx.clock.now(&tx).await?;
    domain::work::enqueue(ctx, &tx, NewJob::new(Job::IssueInvoice { what: Issue::Due { tick } })).await?;
    tx.commit().await?;
    Ok(())
}

/// Seconds until a count is reached.
async fn reach(db: &DatabaseConnection, sql: &str, wanted: i64, began: Instant) -> Result<f64> {
    loop {
        let count = db::scalar::<i64>(db, db::sql(sql, [])).await?.unwrap_or_default();
        if count >= wanted {
            return Ok(began.elapsed().as_secs_f64());
        }
        ensure!(began.elapsed() < LIMIT, "{count} of {wanted} after {:.0} s", LIMIT.as_secs_f64());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
