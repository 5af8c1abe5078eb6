//! The hourly tick, beside a bare insert of the same usage lines.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use chrono::{DateTime, Utc};
use domain::db;
use sea_orm::{ConnectionTrait as _, DatabaseConnection};
use testkit::stack::Stack;
use uuid::Uuid;

use crate::cpu::Cpu;
use crate::customers::Customers;
use crate::rounds::Pairs;
use crate::{Row, Scale};

/// How many times the bare insert's time a tick may take.
const BAR: f64 = 3.0;
/// A tick that takes longer is given up.
const LIMIT: Duration = Duration::from_mins(20);

/// A job as the scheduler writes it, for the hour that ends then.
const ENQUEUE: &str = "
insert into job (id, kind, queue, priority, max_attempts, deadline_at, params)
values (gen_random_uuid(), 'billing.charge', 'billing', 1, 20, now() + interval '1 hour',
        jsonb_build_object('tick', $1::text))
returning id";

/// The end of the n-th hour, but for a second, so that it is charged by this tick and by no later one.
const END_OF_HOUR: &str = "
select min(started_at) + make_interval(hours => $1) - interval '1 second' from usage_segment";

/// A table like that of the usage lines, with the same indexes and constraints.
pub const BARE_TABLE: &str = "
create table if not exists usage_line_bare (
    like usage_line including all,
    foreign key (segment_id) references usage_segment,
    foreign key (journal_id) references journal)";

/// The same lines into that table, and nothing else.
const BARE_INSERT: &str = "
insert into usage_line_bare (segment_id, hour_no, org_id, micros, journal_id)
select segment_id, hour_no, org_id, micros, journal_id from usage_line where hour_no = $1";

/// Charges all servers for an hour, a tick a round.
///
/// # Errors
/// When a tick does not charge them all.
pub async fn measure(stack: &Stack, scale: Scale) -> Result<Row> {
    let customers = Customers::of(stack, scale).await?;
    let owner = testkit::database::connect(&stack.database.owner_url).await?;
    owner.execute_unprepared(BARE_TABLE).await?;
    owner.execute_unprepared("analyze").await?;
    let servers = figure::<i64>(&owner, "select count(*) from usage_segment", []).await?;
    let before = Cpu::read(stack);
    let mut times = Pairs::default();
    let rounds = i32::try_from(scale.rounds)?;
    for hour in 1..=rounds {
        times.push(tick(&owner, hour).await?, bare(&owner, hour).await?);
    }
    let lines: i64 = figure(&owner, "select count(*) from usage_line", []).await?;
    let wanted = servers * i64::from(rounds);
    ensure!(lines == wanted, "{lines} hours were charged, not {wanted}");
    Ok(Row {
        what: format!("hourly tick of {servers} servers of {} organisations", customers.count()),
        measured: format!("{:.3} s; bare insert {:.3} s: {} times", times.ours(), times.theirs(), times.said()),
        bar: format!("<= {BAR} times"),
        reached: times.ratio() <= BAR,
        cpu: Cpu::read(stack).since(&before).to_string(),
    })
}

/// One value of the database.
///
/// # Errors
/// When the statement is refused or yields nothing.
pub async fn figure<T: sea_orm::TryGetable>(
    db: &DatabaseConnection,
    sql: &str,
    values: impl IntoIterator<Item = sea_orm::Value>,
) -> Result<T> {
    db::scalar(db, db::sql(sql, values)).await?.with_context(|| format!("nothing from {sql}"))
}

/// One tick as workers do it: seconds from the job's commit to the end of its last chunk.
///
/// # Errors
/// When it fails, or takes too long.
pub async fn tick(db: &DatabaseConnection, hour: i32) -> Result<f64> {
    ticks_at(db, hour, 1).await
}

/// The same tick so many times at once, until the last of them has ended.
///
/// # Errors
/// When one fails, or takes too long.
pub async fn ticks_at(db: &DatabaseConnection, hour: i32, times: usize) -> Result<f64> {
    let at: DateTime<Utc> = figure(db, END_OF_HOUR, [hour.into()]).await?;
    let began = Instant::now();
    let mut jobs = Vec::new();
    for _ in 0..times {
        jobs.push(figure::<Uuid>(db, ENQUEUE, [at.to_rfc3339().into()]).await?);
    }
    for id in jobs {
        ended(db, id, began).await?;
    }
    Ok(began.elapsed().as_secs_f64())
}

/// One tick at an instant.
///
/// # Errors
/// When it fails, or takes too long.
pub async fn until_charged(db: &DatabaseConnection, at: DateTime<Utc>) -> Result<()> {
    let id = figure(db, ENQUEUE, [at.to_rfc3339().into()]).await?;
    ended(db, id, Instant::now()).await
}

/// Waits until a tick and its chunks have ended.
async fn ended(db: &DatabaseConnection, id: Uuid, began: Instant) -> Result<()> {
    let state = "
select case
         when j.state = 'succeeded' and not exists (
           select from charge_chunk c where c.run_id = j.id and c.done_at is null) then 'done'
         else j.state || coalesce(' ' || (j.error->>'admin'), '')
       end
from job j where j.id = $1";
    loop {
        let state: String = figure(db, state, [id.into()]).await?;
        if state == "done" {
            return Ok(());
        }
        ensure!(began.elapsed() < LIMIT && !state.starts_with("failed"), "the tick is {state}");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

/// The same lines by the bare insert: seconds.
///
/// # Errors
/// When the database refuses.
pub async fn bare(db: &DatabaseConnection, hour: i32) -> Result<f64> {
    let began = Instant::now();
    db::exec(db, db::sql(BARE_INSERT, [hour.into()])).await?;
    Ok(began.elapsed().as_secs_f64())
}
