//! Schedules: which jobs are created at which times.

use domain::schedule::{self, ScheduleChange, ScheduleView, TickRow};
use domain::{JobId, JobState};
use poem::web::Data;
use poem_openapi::param::{Path, Query};
use poem_openapi::{Object, OpenApi};

use super::jobs::{AdminJob, read};
use super::queues::Reason;
use crate::auth::Admin;
use crate::problem::Problems;
use crate::routes::Tag;
use crate::state::Shared;
use crate::wire::{Accepted, Answer, Body, Done, Id, List, Paged, Time, Word, page};

/// The state of a tick's job.
#[derive(Debug, Object)]
pub struct TickJob {
    /// Its id.
    id: Id<JobId>,
    /// Its state.
    state: Word<JobState>,
    /// When it ended; null while it is open.
    finished_at: Option<Time>,
}

impl TickJob {
    /// None once the job has been removed from the archive too.
    fn of(
        id: Option<JobId>,
        state: Option<JobState>,
        finished_at: Option<chrono::DateTime<chrono::Utc>>,
    ) -> Option<Self> {
        Some(Self { id: Id(id?), state: Word(state?), finished_at: finished_at.map(Time) })
    }
}

/// A schedule.
#[derive(Debug, Object)]
pub struct Schedule {
    /// Its unique name, such as `billing.hourly`.
    #[oai(validator(max_length = 100))]
    name: String,
    /// When it ticks, in UTC: minute, hour, day of month, month, day of week, as in crontab.
    #[oai(validator(max_length = 200))]
    cron: String,
    /// Whether it is paused.
    paused: bool,
    /// Why it is paused.
    #[oai(validator(max_length = 500))]
    paused_reason: Option<String>,
    /// Missed ticks that are no older than so many seconds are caught up; the newest happens in any case.
    catch_up_s: i64,
    /// When it last ticked.
    last_tick: Option<Time>,
    /// When it ticks next; null while it is paused, and before a scheduler has read it.
    next_tick: Option<Time>,
    /// The kind of job that it creates.
    #[oai(validator(max_length = 100))]
    job_kind: String,
    /// The job of its last tick.
    last_job: Option<TickJob>,
}

impl From<ScheduleView> for Schedule {
    fn from(row: ScheduleView) -> Self {
        Self {
            name: row.name,
            cron: row.cron,
            paused: row.paused,
            paused_reason: row.paused_reason,
            #[expect(clippy::cast_possible_truncation, reason = "at most 31 days")]
            catch_up_s: row.catch_up_s as i64,
            last_tick: row.last_tick.map(Time),
            next_tick: row.next_tick.map(Time),
            job_kind: row.job_kind,
            last_job: TickJob::of(row.job_id, row.job_state, row.job_finished_at),
        }
    }
}

/// A tick of a schedule.
#[derive(Debug, Object)]
pub struct Tick {
    /// The scheduled time.
    #[oai(rename = "tick_at")]
    at: Time,
    /// When it was recorded.
    made_at: Time,
    /// Whether an administrator requested it.
    manual: bool,
    /// The job that it created.
    job: Option<TickJob>,
}

impl From<TickRow> for Tick {
    fn from(row: TickRow) -> Self {
        Self {
            at: row.tick_at.into(),
            made_at: row.made_at.into(),
            manual: row.manual,
            job: TickJob::of(row.job_id, row.job_state, row.job_finished_at),
        }
    }
}

/// Changes to a schedule; what is left out stays as it is.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct ChangeSchedule {
    /// When it ticks, in UTC: minute, hour, day of month, month, day of week; or six parts with
    /// seconds in front. As in crontab, 0 and 7 are Sunday, 1 is Monday, names work too, and where day
    /// of month and day of week are both given, either is enough. What was missed by the old
    /// expression is not caught up.
    #[oai(validator(max_length = 200))]
    cron: Option<String>,
    /// Whether it is paused.
    paused: Option<bool>,
    /// Missed ticks that are no older than so many seconds are caught up: 31 days at most. With 0, of
    /// several missed ticks only the newest happens.
    #[oai(validator(minimum(value = "0"), maximum(value = "2678400")))]
    catch_up_s: Option<i64>,
    /// The reason, which is recorded.
    #[oai(validator(max_length = 500))]
    reason: String,
}

/// A cron expression to try.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct TryCron {
    /// The expression, in UTC, as in crontab: 0 and 7 are Sunday, and where day of month and day of
    /// week are both given, either is enough.
    #[oai(validator(max_length = 200))]
    cron: String,
}

/// When an expression ticks.
#[derive(Debug, Object)]
pub struct NextTicks {
    /// The next five ticks.
    #[oai(validator(max_items = 5))]
    next: Vec<Time>,
}

/// A job that an administrator requested.
#[derive(Debug, Object)]
pub struct ScheduleJob {
    /// The job.
    job: AdminJob,
}

impl From<AdminJob> for ScheduleJob {
    fn from(job: AdminJob) -> Self {
        Self { job }
    }
}

/// Why a schedule is not run.
pub struct RunProblems;

impl Problems for RunProblems {
    const OWN: &'static [(u16, &'static str)] = &[(409, "busy")];
}

/// Operations on schedules, for administrators.
pub struct SchedulesApi;

#[OpenApi]
impl SchedulesApi {
    /// List schedules
    ///
    /// Every schedule with its last and next tick.
    #[oai(path = "/api/admin/schedules", method = "get", operation_id = "listSchedules", tag = "Tag::Admin")]
    async fn list(&self, admin: Admin, app: Data<&Shared>) -> Done<List<Schedule>> {
        Ok(Answer::new(List::of(schedule::list(&app.ctx, &admin.actor()).await?, Schedule::from)))
    }

    /// Change a schedule
    ///
    /// When it ticks, whether it is paused, and how far back missed ticks are caught up.
    #[oai(path = "/api/admin/schedules/:name", method = "patch", operation_id = "changeSchedule", tag = "Tag::Admin")]
    async fn change(
        &self,
        admin: Admin,
        app: Data<&Shared>,
        /// The schedule's name.
        #[oai(validator(max_length = 100))]
        name: Path<String>,
        body: Body<ChangeSchedule>,
    ) -> Done<Schedule> {
        let ChangeSchedule { cron, paused, catch_up_s, reason } = body.0;
        let change = ScheduleChange { cron, paused, catch_up_s };
        Ok(Answer::new(schedule::change(&app.ctx, &admin.actor(), &name.0, &change, &reason).await?.into()))
    }

    /// Run a schedule now
    ///
    /// Creates its job now, in addition to its ticks.
    #[oai(path = "/api/admin/schedules/:name/run", method = "post", operation_id = "runSchedule", tag = "Tag::Admin")]
    async fn run(
        &self,
        admin: Admin,
        app: Data<&Shared>,
        /// The schedule's name.
        #[oai(validator(max_length = 100))]
        name: Path<String>,
        body: Body<Reason>,
    ) -> Accepted<ScheduleJob, RunProblems> {
        let id = schedule::run_now(&app.ctx, &admin.actor(), &name.0, &body.0.reason).await?;
        let job = read(&app, &admin, id).await?;
        Ok(Answer::new(ScheduleJob::from(job)).at(&format!("/api/admin/jobs/{id}")))
    }

    /// List a schedule's ticks
    ///
    /// The ticks with their jobs, the newest first.
    #[oai(path = "/api/admin/schedules/:name/ticks", method = "get", operation_id = "listTicks", tag = "Tag::Admin")]
    async fn ticks(
        &self,
        admin: Admin,
        app: Data<&Shared>,
        /// The schedule's name.
        #[oai(validator(max_length = 100))]
        name: Path<String>,
        /// The previous page's `next`.
        #[oai(validator(max_length = 200))]
        cursor: Query<Option<String>>,
        /// How many ticks, 20 when left out.
        #[oai(validator(minimum(value = "1"), maximum(value = "100")))]
        limit: Query<Option<u16>>,
    ) -> Done<Paged<Tick>> {
        let found = schedule::history(&app.ctx, &admin.actor(), &name.0, &page(cursor.0, limit.0)).await?;
        Ok(Answer::new(Paged::of(found, Tick::from)))
    }

    /// Preview a cron expression
    ///
    /// Lists the next five times at which it ticks. Changes nothing.
    #[oai(path = "/api/admin/schedules/preview", method = "post", operation_id = "previewCron", tag = "Tag::Admin")]
    async fn preview(&self, admin: Admin, app: Data<&Shared>, body: Body<TryCron>) -> Done<NextTicks> {
        let next = schedule::preview(&app.ctx, &admin.actor(), &body.0.cron).await?;
        Ok(Answer::new(NextTicks { next: next.into_iter().map(Time).collect() }))
    }
}
