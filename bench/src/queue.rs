//! The way of a job: how soon it starts, and how many go through.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use sea_orm::{ConnectionTrait as _, DatabaseConnection, DbBackend, Statement};

use crate::Row;
use crate::cpu::Cpu;
use crate::load::percentile;
use crate::pgbench::pgbench;
use testkit::stack::Stack;

/// Probes for the latency, one at a time.
const PROBES: u32 = 200;
/// Clients that enqueue, and slots that take: two workers of 16.
const CLIENTS: u32 = 32;

const ENQUEUE: &str = "insert into job (id, kind, queue, priority, max_attempts, deadline_at) values (gen_random_uuid(), 'platform.probe', 'mail', 1, 3, now() + interval '5 min')";

async fn figure<T: sea_orm::TryGetable>(db: &DatabaseConnection, sql: &str) -> Result<T> {
    let row = db.query_one_raw(Statement::from_string(DbBackend::Postgres, sql)).await?;
    row.ok_or_else(|| anyhow::anyhow!("nothing from {sql}"))?
        .try_get_by_index(0)
        .map_err(|error| anyhow::anyhow!("{error:?} from {sql}"))
}

/// From the commit of a job to its handler's end, on an idle installation. The end is the settling
/// statement's own time, so the start is no later.
///
/// # Errors
/// When a probe is not done.
pub async fn latency(stack: &Stack) -> Result<Row> {
    let db = testkit::database::connect(&stack.database.url).await?;
    let commit = durable_commit(&db).await?;
    let before = Cpu::read(stack);
    let mut times = Vec::new();
    for _ in 0..PROBES {
        let (id, committed): (uuid::Uuid, chrono::DateTime<chrono::Utc>) = {
            let id = figure(&db, &format!("{ENQUEUE} returning id")).await?;
            (id, figure(&db, "select clock_timestamp()").await?)
        };
        let began = Instant::now();
        let done: chrono::DateTime<chrono::Utc> = loop {
            tokio::time::sleep(Duration::from_millis(10)).await;
            let found: Option<chrono::DateTime<chrono::Utc>> =
                figure(&db, &format!("select finished_at from job where id = '{id}'")).await?;
            if let Some(done) = found {
                break done;
            }
            ensure!(began.elapsed() < Duration::from_secs(10), "a probe was not done");
        };
        times.push((done - committed).to_std().unwrap_or_default());
    }
    times.sort_unstable();
    let (p50, p99) = (percentile(&times, 0.5), percentile(&times, 0.99));
    let (bar50, bar99) = (commit + Duration::from_millis(8), commit + Duration::from_millis(25));
    let ms = |time: Duration| time.as_secs_f64() * 1000.0;
    Ok(Row {
        what: "idle latency, commit of a job to its handler".into(),
        measured: format!("p50 {:.1} ms, p99 {:.1} ms (a durable commit: {:.1} ms)", ms(p50), ms(p99), ms(commit)),
        bar: format!("p50 <= {:.1} ms, p99 <= {:.1} ms", ms(bar50), ms(bar99)),
        reached: p50 <= bar50 && p99 <= bar99,
        cpu: Cpu::read(stack).since(&before),
    })
}

/// The median time of a durable commit of one row, by one connection.
async fn durable_commit(db: &DatabaseConnection) -> Result<Duration> {
    let mut times = Vec::new();
    for _ in 0..100 {
        let began = Instant::now();
        db.execute_unprepared("update queue_control set org_running = org_running where queue = 'mail'").await?;
        times.push(began.elapsed());
    }
    times.sort_unstable();
    Ok(percentile(&times, 0.5))
}

/// No-op jobs through the whole path, beside pgbench doing their three transactions.
///
/// # Errors
/// When they are not all done.
pub async fn throughput(stack: &Stack, seconds: u64) -> Result<Row> {
    let db = testkit::database::connect(&stack.database.url).await?;
    let before = Cpu::read(stack);
    let began = Instant::now();
    let made: i64 = figure(&db, "select count(*) from job where kind = 'platform.probe'").await?;
    // pgbench enqueues as an API under load would, each job in a transaction of its own.
    pgbench(&stack.database.url, &format!("{ENQUEUE};\n"), CLIENTS, seconds).await?;
    loop {
        let open: i64 =
            figure(&db, "select count(*) from job where kind = 'platform.probe' and finished_at is null").await?;
        if open == 0 {
            break;
        }
        ensure!(began.elapsed() < Duration::from_secs(seconds * 20 + 60), "{open} jobs are still open");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let took = began.elapsed().as_secs_f64();
    let all: i64 = figure(&db, "select count(*) from job where kind = 'platform.probe'").await?;
    let cpu = Cpu::read(stack).since(&before);
    #[expect(clippy::cast_precision_loss, reason = "a count of jobs")]
    let rate = (all - made) as f64 / took;
    let bare = pgbench(&stack.database.url, &bare_script(), CLIENTS, seconds).await?;
    let ratio = rate / bare.rate;
    Ok(Row {
        what: "no-op jobs through the whole path, two workers".into(),
        measured: format!("{rate:.0}/s, pgbench {:.0}/s: {ratio:.2}", bare.rate),
        bar: ">= 0.5 of pgbench".into(),
        reached: ratio >= 0.5,
        cpu,
    })
}

/// Insert, claim and settle, as three transactions of one client, on rows that no relay rings.
fn bare_script() -> String {
    "insert into job (id, kind, queue, priority, max_attempts, deadline_at) values (gen_random_uuid(), 'platform.probe', 'bare', 1, 3, now() + interval '5 min') returning id \\gset\n\
     update job set state = 'running', lease_token = lease_token + 1, lease_owner = 'bare', lease_until = now() + interval '30 s', crashes = crashes + (state = 'running')::int \
     where id = ':id' and ((state in ('queued', 'waiting', 'retry') and run_at <= now()) or (state = 'running' and lease_until < now() and crashes < 2)) \
     and not exists (select from queue_control c where c.queue = job.queue and c.paused) returning lease_token;\n\
     update job set state = 'succeeded', finished_at = now(), lease_owner = null, lease_until = null where id = ':id' and lease_token = 1 and state = 'running' returning id;\n"
        // In prepared mode a variable is a parameter, and needs its type.
        .replace("':id'", ":id::uuid")
}
