//! Ticks: where a schedule stands, and a tick's row with its job.

use chrono::{DateTime, Utc};
use entity::JobId;
use sea_orm::ConnectionTrait;

use super::timetable::TimetableEntry;
use crate::error::Result;
use crate::work::{self, NewJob};
use crate::{Actor, Ctx, db};

db::row! {
    /// A schedule as its row has it, and what time it is.
    #[derive(Clone, Debug)]
    pub struct ScheduleCursor {
        /// When it ticks, in UTC.
        pub cron: String,
        /// How long missed ticks are caught up, in seconds.
        pub catch_up_s: f64,
        /// Its last tick, in business time.
        pub last_tick: DateTime<Utc>,
        /// While it is, it does not tick.
        pub paused: bool,
        /// Business time.
        pub now: DateTime<Utc>,
    }
}

/// Makes sure that a schedule has its row; a new one begins now. What an operator changed stays.
///
/// # Errors
/// When the database does not answer.
pub async fn ensure(ctx: &Ctx, entry: &TimetableEntry) -> Result<()> {
    let kind = (entry.job)(DateTime::UNIX_EPOCH).kind().name;
    upsert_schedule(entry.name, entry.cron, entry.catch_up.as_secs_f64(), kind).exec(&ctx.db).await?;
    Ok(())
}

/// Where a schedule stands; none before [`ensure`].
///
/// # Errors
/// When the database does not answer.
pub async fn cursor(ctx: &Ctx, name: &str) -> Result<Option<ScheduleCursor>> {
    select_cursor(name).one(&ctx.db).await
}

/// Records a tick with its job, once, however many schedulers try. Returns the job if this caller recorded it.
///
/// # Errors
/// When the database does not answer.
pub async fn tick(
    ctx: &Ctx,
    entry: &TimetableEntry,
    at: DateTime<Utc>,
    next: Option<DateTime<Utc>>,
) -> Result<Option<JobId>> {
    let tx = ctx.begin().await?;
    let job = tick_in(ctx, &tx, entry, at, None).await?;
    set_ticked(entry.name, at, next).exec(&tx).await?;
    tx.commit().await?;
    Ok(job)
}

/// Records a tick in the caller's transaction; one that an actor asked for counts as manual.
pub(super) async fn tick_in(
    ctx: &Ctx,
    tx: &impl ConnectionTrait,
    entry: &TimetableEntry,
    at: DateTime<Utc>,
    actor: Option<&Actor>,
) -> Result<Option<JobId>> {
    if insert_tick(entry.name, at, actor.is_some()).exec(tx).await? == 0 {
        return Ok(None);
    }
    let new = NewJob::new((entry.job)(at)).actor(actor.and_then(Actor::user));
    let id = work::enqueue(ctx, tx, new).await?;
    set_job(entry.name, at, id).exec(tx).await?;
    Ok(Some(id))
}

/// Stores when a schedule ticks next, for the page.
///
/// # Errors
/// When the database does not answer.
pub async fn note_next(ctx: &Ctx, name: &str, next: Option<DateTime<Utc>>) -> Result<()> {
    set_next(name, next).exec(&ctx.db).await?;
    Ok(())
}

db::statement! {
    fn upsert_schedule(name: &str, cron: &str, catch_up_s: f64, job_kind: &str) = file "upsert_schedule.sql";

    fn select_cursor(name: &str) -> ScheduleCursor =
        "select cron, extract(epoch from catch_up)::float8 as catch_up_s, last_tick, paused, business_now() as now
         from schedule where name = $1";

    fn set_ticked(name: &str, at: DateTime<Utc>, next: Option<DateTime<Utc>>) =
        "update schedule set last_tick = greatest(last_tick, $2), next_tick = $3 where name = $1";

    /// Touches no row when the tick was recorded before.
    fn insert_tick(name: &str, at: DateTime<Utc>, manual: bool) =
        "insert into schedule_tick (name, tick_at, manual) values ($1, $2, $3) on conflict do nothing";

    fn set_job(name: &str, at: DateTime<Utc>, job: JobId) =
        "update schedule_tick set job_id = $3 where name = $1 and tick_at = $2";

    fn set_next(name: &str, next: Option<DateTime<Utc>>) =
        "update schedule set next_tick = $2 where name = $1 and next_tick is distinct from $2";
}
