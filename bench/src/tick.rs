//! The hourly tick, beside a bare insert of the same usage lines.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use domain::chance::Chance;
use domain::{Ctx, CtxOptions};
use sea_orm::{ConnectionTrait as _, DatabaseConnection, DbBackend, Statement};
use secrecy::SecretString;

use crate::Row;
use crate::cpu::Cpu;
use testkit::stack::Stack;

const ORGS: i64 = 1_000;
const EACH: i64 = 10;
const TICKS: i64 = 3;

/// Charges 10,000 servers of 1,000 organisations for an hour, three times, and takes the median.
///
/// # Errors
/// When a tick does not charge them all.
pub async fn measure(stack: &Stack) -> Result<Row> {
    let ctx = ctx(stack).await?;
    testkit::seed::running_servers(&ctx, ORGS, EACH).await?;
    let owner = testkit::database::connect(&stack.database.owner_url).await?;
    owner.execute_unprepared("analyze").await?;
    let before = Cpu::read(stack);
    let (mut ticks, mut bares) = (Vec::new(), Vec::new());
    for n in 1..=TICKS {
        ticks.push(tick(&owner, n).await?);
        bares.push(bare(&owner, n).await?);
    }
    ticks.sort_by(f64::total_cmp);
    bares.sort_by(f64::total_cmp);
    let lines: i64 = figure(&owner, "select count(*) from usage_line").await?;
    ensure!(lines == ORGS * EACH * TICKS, "{lines} hours were charged, not {}", ORGS * EACH * TICKS);
    let (tick, bare) = (ticks[1], bares[1]);
    Ok(Row {
        what: "hourly tick of 10,000 servers of 1,000 organisations".into(),
        measured: format!("{tick:.2} s, bare insert {bare:.2} s: {:.1} times", tick / bare),
        bar: "<= 3 times".into(),
        reached: tick <= 3.0 * bare,
        cpu: Cpu::read(stack).since(&before),
    })
}

pub(super) async fn ctx(stack: &Stack) -> Result<Ctx> {
    let options = CtxOptions {
        database_url: SecretString::from(stack.database.url.to_string()),
        vault_secret: SecretString::from("only-seeds-are-written-under-this-secret-0123456789"),
        max_connections: 4,
        statement_timeout: Duration::from_mins(2),
        production: false,
        vps_quota: 10,
        limits: domain::WorkLimits::default(),
    };
    Ok(Ctx::connect(&options, Chance::from_os()).await?)
}

async fn figure<T: sea_orm::TryGetable>(db: &DatabaseConnection, sql: &str) -> Result<T> {
    let row = db.query_one_raw(Statement::from_string(DbBackend::Postgres, sql)).await?;
    row.ok_or_else(|| anyhow::anyhow!("nothing from {sql}"))?
        .try_get_by_index(0)
        .map_err(|error| anyhow::anyhow!("{error:?} from {sql}"))
}

/// One tick as a worker does it: seconds from the job's commit to its end.
async fn tick(db: &DatabaseConnection, n: i64) -> Result<f64> {
    let at: chrono::DateTime<chrono::Utc> =
        figure(db, &format!("select min(started_at) + interval '{n} hours' - interval '1 second' from usage_segment"))
            .await?;
    let insert = format!(
        "insert into job (id, kind, queue, priority, max_attempts, deadline_at, params) values (gen_random_uuid(), 'billing.charge', 'billing', 1, 20, now() + interval '1 hour', '{{\"tick\": \"{}\"}}') returning id",
        at.to_rfc3339()
    );
    let began = Instant::now();
    let id: uuid::Uuid = figure(db, &insert).await?;
    loop {
        let state: String =
            figure(db, &format!("select state || coalesce(' ' || (error->>'admin'), '') from job where id = '{id}'"))
                .await?;
        if state == "succeeded" {
            return Ok(began.elapsed().as_secs_f64());
        }
        ensure!(began.elapsed() < Duration::from_mins(2) && !state.starts_with("failed"), "the tick is {state}");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

/// The same lines into a table with the same indexes and constraints, and nothing else.
async fn bare(db: &DatabaseConnection, n: i64) -> Result<f64> {
    db.execute_unprepared(
        "create table if not exists usage_line_bare (like usage_line including all, \
         foreign key (segment_id) references usage_segment, foreign key (journal_id) references journal)",
    )
    .await?;
    let began = Instant::now();
    db.execute_unprepared(&format!(
        "insert into usage_line_bare (segment_id, hour_no, org_id, micros, journal_id) select segment_id, hour_no, org_id, micros, journal_id from usage_line where hour_no = {n}"
    ))
    .await?;
    Ok(began.elapsed().as_secs_f64())
}
