//! Schedules: rows that operators steer. A tick is a unique row, so any number of schedulers may
//! run without a leader.

mod cron;
mod operate;

use std::time::Duration;

use chrono::{DateTime, Utc};
use entity::JobId;
use sea_orm::{ConnectionTrait, FromQueryResult};

pub use self::cron::Cron;
pub use operate::{ScheduleChange, ScheduleView, TickRow, change, get, history, list, preview, run_now};

use crate::error::{Error, Result};
use crate::work::{self, Job, NewJob};
use crate::{Actor, Ctx, db};

/// A schedule as the code knows it.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// Its name in the database.
    pub name: &'static str,
    /// When it ticks, until an operator says otherwise.
    pub cron: &'static str,
    /// Ticks missed for longer than this are left out, until an operator says otherwise.
    pub catch_up: Duration,
    /// The job of a tick.
    pub job: fn(DateTime<Utc>) -> Job,
}

/// The timetable: everything that happens by itself.
pub const TIMETABLE: &[Entry] = &[
    // Charges count hours since a server was made, so a tick that is left out loses nothing.
    Entry {
        name: "billing.hourly",
        cron: "0 * * * *",
        catch_up: Duration::from_hours(72),
        job: |tick| Job::ChargeUsage { tick },
    },
    Entry {
        name: "platform.tidy",
        cron: "17 3 * * *",
        catch_up: Duration::from_hours(24),
        job: |tick| Job::Tidy { tick },
    },
    Entry {
        name: "platform.archive",
        cron: "41 * * * *",
        catch_up: Duration::from_hours(1),
        job: |tick| Job::Archive { tick },
    },
    Entry {
        name: "cloud.reconcile",
        cron: "*/5 * * * *",
        catch_up: Duration::from_mins(5),
        job: |_| Job::ReconcileCloud { cloud: None },
    },
];

fn entry(name: &str) -> Result<&'static Entry> {
    TIMETABLE.iter().find(|entry| entry.name == name).ok_or_else(|| Error::not_found("schedule"))
}

/// A schedule as the database keeps it.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Cursor {
    /// When it ticks.
    pub cron: String,
    /// How long missed ticks are caught up, in seconds.
    pub catch_up_s: f64,
    /// Its last tick, in business time.
    pub last_tick: DateTime<Utc>,
    /// Whether it is paused.
    pub paused: bool,
    /// Business time now.
    pub now: DateTime<Utc>,
}

/// Makes sure that a schedule has its row; a new one begins now. What an operator changed stays.
///
/// # Errors
/// When the database does not answer.
pub async fn ensure(ctx: &Ctx, entry: &Entry) -> Result<()> {
    let kind = (entry.job)(DateTime::UNIX_EPOCH).kind().name;
    db::exec(
        &ctx.db,
        db::sql(
            "insert into schedule (name, cron, catch_up, last_tick, job_kind) values ($1, $2, make_interval(secs => $3), business_now(), $4) \
             on conflict (name) do update set job_kind = excluded.job_kind, \
               cron = case when schedule.cron = '0 ' || excluded.cron then excluded.cron else schedule.cron end \
             where schedule.job_kind <> excluded.job_kind",
            [entry.name.into(), entry.cron.into(), entry.catch_up.as_secs_f64().into(), kind.into()],
        ),
    )
    .await?;
    Ok(())
}

/// Where a schedule stands.
///
/// # Errors
/// When the database does not answer.
pub async fn cursor(ctx: &Ctx, name: &str) -> Result<Option<Cursor>> {
    db::one(
        &ctx.db,
        db::sql(
            "select cron, extract(epoch from catch_up)::float8 as catch_up_s, last_tick, paused, business_now() as now from schedule where name = $1",
            [name.into()],
        ),
    )
    .await
}

/// Records a tick with its job, once, whoever comes first. Returns the job if it was this caller.
///
/// # Errors
/// When the database does not answer.
pub async fn tick(ctx: &Ctx, entry: &Entry, at: DateTime<Utc>, next: Option<DateTime<Utc>>) -> Result<Option<JobId>> {
    let tx = ctx.begin().await?;
    let job = tick_in(ctx, &tx, entry, at, None).await?;
    db::exec(
        &tx,
        db::sql(
            "update schedule set last_tick = greatest(last_tick, $2), next_tick = $3 where name = $1",
            [entry.name.into(), at.into(), next.into()],
        ),
    )
    .await?;
    tx.commit().await?;
    Ok(job)
}

async fn tick_in(
    ctx: &Ctx,
    tx: &impl ConnectionTrait,
    entry: &Entry,
    at: DateTime<Utc>,
    actor: Option<&Actor>,
) -> Result<Option<JobId>> {
    let claimed = db::exec(
        tx,
        db::sql(
            "insert into schedule_tick (name, tick_at, manual) values ($1, $2, $3) on conflict do nothing",
            [entry.name.into(), at.into(), actor.is_some().into()],
        ),
    )
    .await?;
    if claimed == 0 {
        return Ok(None);
    }
    let new = NewJob::new((entry.job)(at)).actor(actor.and_then(Actor::user));
    let id = work::enqueue(ctx, tx, new).await?;
    db::exec(
        tx,
        db::sql(
            "update schedule_tick set job_id = $3 where name = $1 and tick_at = $2",
            [entry.name.into(), at.into(), id.into()],
        ),
    )
    .await?;
    Ok(Some(id))
}

/// Says when a schedule ticks next, for the page.
///
/// # Errors
/// When the database does not answer.
pub async fn note_next(ctx: &Ctx, name: &str, next: Option<DateTime<Utc>>) -> Result<()> {
    db::exec(
        &ctx.db,
        db::sql(
            "update schedule set next_tick = $2 where name = $1 and next_tick is distinct from $2",
            [name.into(), next.into()],
        ),
    )
    .await?;
    Ok(())
}
