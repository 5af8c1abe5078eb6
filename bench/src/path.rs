//! No-op jobs through the whole path, beside pgbench doing their three transactions.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use domain::db;
use sea_orm::DatabaseConnection;
use testkit::stack::Stack;

use crate::cpu::Cpu;
use crate::pgbench::{Length, Run, pgbench};
use crate::rounds::{Pairs, in_turn};
use crate::{CONNECTIONS, Row, Scale};

/// What must be reached of pgbench's rate.
const BAR: f64 = 0.5;

const ENQUEUE: &str = include_str!("../yardsticks/probe.pgbench");
const BARE: &str = include_str!("../yardsticks/job.pgbench");

/// How many probes that workers take there are, and how many of them are open.
const PROBES: &str = "
select count(*)::float8, count(*) filter (where finished_at is null)
from job where kind = 'platform.probe' and queue = 'mail'";

/// Measures the rate of two workers while jobs come in.
///
/// # Errors
/// When they are not all done.
pub async fn measure(stack: &Stack, scale: Scale) -> Result<Row> {
    let db = testkit::database::connect(&stack.database.url).await?;
    let length = Length::Seconds(scale.seconds);
    let bare = Run { script: BARE, variables: &[], clients: CONNECTIONS, length };
    let mut rates = Pairs::default();
    let before = Cpu::read(stack);
    for round in 0..scale.rounds {
        let (ours, bare) = in_turn(round, ours(stack, &db, scale.seconds), pgbench(&stack.database.url, &bare)).await?;
        rates.push(ours, bare.rate);
    }
    Ok(Row {
        what: "no-op jobs through the whole path, two workers".into(),
        measured: format!("{:.0}/s; pgbench {:.0}/s: {}", rates.ours(), rates.theirs(), rates.said()),
        bar: format!(">= {BAR} of pgbench's rate"),
        reached: rates.ratio() >= BAR,
        cpu: Cpu::read(stack).since(&before).to_string(),
    })
}

/// Jobs done a second, from the first that is enqueued until none is open.
async fn ours(stack: &Stack, db: &DatabaseConnection, seconds: u64) -> Result<f64> {
    let (made, _) = probes(db).await?;
    let limit = Duration::from_secs(seconds * 20 + 60);
    let began = Instant::now();
    let run = Run { script: ENQUEUE, variables: &[], clients: CONNECTIONS, length: Length::Seconds(seconds) };
    pgbench(&stack.database.url, &run).await?;
    loop {
        let (all, open) = probes(db).await?;
        if open == 0 {
            return Ok((all - made) / began.elapsed().as_secs_f64());
        }
        ensure!(began.elapsed() < limit, "{open} jobs are still open after {limit:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn probes(db: &DatabaseConnection) -> Result<(f64, i64)> {
    use sea_orm::ConnectionTrait as _;
    let row = db.query_one_raw(db::sql(PROBES, [])).await?;
    let row = row.ok_or_else(|| anyhow::anyhow!("no count of probes"))?;
    Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?))
}
