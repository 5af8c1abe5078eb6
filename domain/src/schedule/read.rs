//! Schedules and their ticks as operators see them.

use chrono::{DateTime, Utc};
use entity::JobId;
use entity::job::JobState;

use crate::error::{Error, Result};
use crate::page::{Page, PageRequest};
use crate::{Actor, Ctx, db};

db::row! {
    /// A schedule as an operator sees it.
    #[derive(Clone, Debug)]
    pub struct ScheduleView {
        /// Its line in the timetable.
        pub name: String,
        /// When it ticks, in UTC.
        pub cron: String,
        /// While it is, it does not tick.
        pub paused: bool,
        /// The reason of the operator who paused it.
        pub paused_reason: Option<String>,
        /// How long missed ticks are caught up, in seconds.
        pub catch_up_s: f64,
        /// Its last tick of the last 90 days, by the clock or by hand.
        pub last_tick: Option<DateTime<Utc>>,
        /// Its next tick; none while it is paused, and before a scheduler first saw it.
        pub next_tick: Option<DateTime<Utc>>,
        /// The kind of the job that a tick enqueues.
        pub job_kind: String,
        /// The job of its last tick.
        pub job_id: Option<JobId>,
        /// That job's state; none once it has left the archive too.
        pub job_state: Option<JobState>,
        /// When that job ended.
        pub job_finished_at: Option<DateTime<Utc>>,
    }
}

/// All schedules by name.
///
/// # Errors
/// `forbidden` for others than administrators.
pub async fn list(ctx: &Ctx, actor: &Actor) -> Result<Vec<ScheduleView>> {
    actor.admin()?;
    select_schedules().all(&ctx.db).await
}

/// One schedule.
///
/// # Errors
/// `not_found`; `forbidden` for others than administrators.
pub async fn get(ctx: &Ctx, actor: &Actor, name: &str) -> Result<ScheduleView> {
    actor.admin()?;
    select_schedule(name).one(&ctx.db).await?.ok_or_else(|| Error::not_found("schedule"))
}

db::row! {
    /// A tick of a schedule.
    #[derive(Clone, Debug)]
    pub struct TickRow {
        /// The instant that it stands for, in business time.
        pub tick_at: DateTime<Utc>,
        /// When it was recorded, by `PostgreSQL`'s own clock.
        pub made_at: DateTime<Utc>,
        /// Whether an operator asked for it.
        pub manual: bool,
        /// The job that it enqueued.
        pub job_id: Option<JobId>,
        /// That job's state; none once it has left the archive too.
        pub job_state: Option<JobState>,
        /// When that job ended.
        pub job_finished_at: Option<DateTime<Utc>>,
    }
}

/// The ticks of a schedule within 90 days, newest first.
///
/// # Errors
/// `not_found`; `forbidden` for others than administrators.
pub async fn history(ctx: &Ctx, actor: &Actor, name: &str, request: &PageRequest) -> Result<Page<TickRow>> {
    get(ctx, actor, name).await?;
    let before = request.after_time()?;
    let rows = select_ticks(name, before, request.fetch()?).all(&ctx.db).await?;
    request.page(rows, |row: &TickRow| row.tick_at.to_rfc3339())
}

db::statement! {
    fn select_schedules() -> ScheduleView =
        file "schedules.sql",
        "order by s.name";

    fn select_schedule(name: &str) -> ScheduleView =
        file "schedules.sql",
        "where s.name = $1";

    fn select_ticks(name: &str, before: Option<DateTime<Utc>>, limit: i64) -> TickRow = file "select_ticks.sql";
}
