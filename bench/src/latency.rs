//! How soon a job starts on an idle installation.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use chrono::{DateTime, Utc};
use domain::db;
use sea_orm::{ConnectionTrait as _, DatabaseConnection};
use testkit::fixture::until;
use testkit::stack::Stack;
use uuid::Uuid;

use crate::cpu::Cpu;
use crate::load::percentile;
use crate::{Row, Scale};

/// A probe that is not done by then is lost.
const LIMIT: Duration = Duration::from_secs(10);
/// Commits whose time is taken.
const COMMITS: u32 = 100;
/// How much later than a durable commit half of the jobs may start, and 99 of 100.
const LATER: (Duration, Duration) = (Duration::from_millis(8), Duration::from_millis(25));

const ENQUEUE: &str = "
insert into job (id, kind, queue, priority, max_attempts, deadline_at)
values (gen_random_uuid(), 'platform.probe', 'mail', 1, 3, now() + interval '5 min')
returning id";

/// From the commit of a job to its handler's end. The end is the settling statement's own time, so the start is no
/// later.
///
/// # Errors
/// When a probe is not done.
pub async fn measure(stack: &Stack, scale: Scale) -> Result<Row> {
    let db = testkit::database::connect(&stack.database.url).await?;
    let commit = durable_commit(&db).await?;
    let before = Cpu::read(stack);
    let mut times = Vec::new();
    for _ in 0..scale.probes {
        times.push(probe(&db).await?);
    }
    times.sort_unstable();
    let (p50, p99) = (percentile(&times, 0.5), percentile(&times, 0.99));
    let bars = (commit + LATER.0, commit + LATER.1);
    let ms = |time: Duration| time.as_secs_f64() * 1000.0;
    Ok(Row {
        what: "idle latency, commit of a job to its handler".into(),
        measured: format!("p50 {:.1} ms, p99 {:.1} ms (a durable commit: {:.1} ms)", ms(p50), ms(p99), ms(commit)),
        bar: format!("p50 <= {:.1} ms, p99 <= {:.1} ms", ms(bars.0), ms(bars.1)),
        reached: p50 <= bars.0 && p99 <= bars.1,
        cpu: Cpu::read(stack).since(&before).to_string(),
    })
}

async fn probe(db: &DatabaseConnection) -> Result<Duration> {
    let id: Uuid = db::scalar(db, db::sql(ENQUEUE, [])).await?.context("the job's id")?;
    let committed: Option<DateTime<Utc>> = db::scalar(db, db::sql("select clock_timestamp()", [])).await?;
    let finished = "select finished_at from job where id = $1";
    let done: DateTime<Utc> = until(LIMIT, async || {
        Ok(db::scalar::<Option<DateTime<Utc>>>(db, db::sql(finished, [id.into()])).await?.flatten())
    })
    .await
    .context("a probe was not done")?;
    Ok((done - committed.context("the database's clock")?).to_std().unwrap_or_default())
}

/// The median time of a durable commit of one row, by one connection.
async fn durable_commit(db: &DatabaseConnection) -> Result<Duration> {
    let mut times = Vec::new();
    for _ in 0..COMMITS {
        let began = Instant::now();
        db.execute_unprepared("update queue_control set org_running = org_running where queue = 'mail'").await?;
        times.push(began.elapsed());
    }
    times.sort_unstable();
    Ok(percentile(&times, 0.5))
}
