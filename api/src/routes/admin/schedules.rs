//! Schedules: what happens by itself, and when.

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

/// How a tick's job is.
#[derive(Debug, Object)]
pub struct TickJob {
    /// The job.
    id: Id<JobId>,
    /// Where it is.
    state: Word<JobState>,
    /// When it ended.
    finished_at: Option<Time>,
}

impl TickJob {
    /// None once the job has left the archive too.
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
    /// Its name.
    #[oai(validator(max_length = 100))]
    name: String,
    /// When it ticks, in UTC: minute, hour, day of month, month, day of week.
    #[oai(validator(max_length = 200))]
    cron: String,
    /// Whether it rests.
    paused: bool,
    /// Why it rests.
    #[oai(validator(max_length = 500))]
    paused_reason: Option<String>,
    /// How long missed ticks are caught up, in seconds.
    catch_up_s: i64,
    /// Its last tick.
    last_tick: Option<Time>,
    /// Its next tick; null while it rests, and before a scheduler first saw it.
    next_tick: Option<Time>,
    /// The kind of its jobs.
    #[oai(validator(max_length = 100))]
    job_kind: String,
    /// Its last job.
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
    /// The instant that it stands for.
    #[oai(rename = "tick_at")]
    at: Time,
    /// When it was made.
    made_at: Time,
    /// Whether an operator asked for it.
    manual: bool,
    /// Its job.
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

/// What to change about a schedule; what is left out stays.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct ChangeSchedule {
    /// When it ticks, in UTC: minute, hour, day of month, month, day of week; or six parts with
    /// seconds in front.
    #[oai(validator(max_length = 200))]
    cron: Option<String>,
    /// Whether it rests.
    paused: Option<bool>,
    /// How long missed ticks are caught up, in seconds: 31 days at most.
    #[oai(validator(minimum(value = "0"), maximum(value = "2678400")))]
    catch_up_s: Option<i64>,
    /// The reason, for the record.
    #[oai(validator(max_length = 500))]
    reason: String,
}

/// An expression to try.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct TryCron {
    /// The expression.
    #[oai(validator(max_length = 200))]
    cron: String,
}

/// When an expression comes to pass.
#[derive(Debug, Object)]
pub struct NextTicks {
    /// The next five ticks.
    #[oai(validator(max_items = 5))]
    next: Vec<Time>,
}

/// A job that was made by hand.
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

/// Operations on schedules.
pub struct SchedulesApi;

#[OpenApi]
impl SchedulesApi {
    /// List schedules
    ///
    /// Everything that happens by itself.
    #[oai(path = "/api/admin/schedules", method = "get", operation_id = "listSchedules", tag = "Tag::Admin")]
    async fn list(&self, admin: Admin, app: Data<&Shared>) -> Done<List<Schedule>> {
        Ok(Answer::new(List::of(schedule::list(&app.ctx, &admin.actor()).await?, Schedule::from)))
    }

    /// Change a schedule
    ///
    /// When it ticks, whether it rests, and how long missed ticks are caught up.
    #[oai(path = "/api/admin/schedules/:name", method = "patch", operation_id = "changeSchedule", tag = "Tag::Admin")]
    async fn change(
        &self,
        admin: Admin,
        app: Data<&Shared>,
        /// The schedule.
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
    /// Has its job done beside its ticks.
    #[oai(path = "/api/admin/schedules/:name/run", method = "post", operation_id = "runSchedule", tag = "Tag::Admin")]
    async fn run(
        &self,
        admin: Admin,
        app: Data<&Shared>,
        /// The schedule.
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
    /// With their jobs, the newest first.
    #[oai(path = "/api/admin/schedules/:name/ticks", method = "get", operation_id = "listTicks", tag = "Tag::Admin")]
    async fn ticks(
        &self,
        admin: Admin,
        app: Data<&Shared>,
        /// The schedule.
        #[oai(validator(max_length = 100))]
        name: Path<String>,
        /// Where the page before ended.
        #[oai(validator(max_length = 200))]
        cursor: Query<Option<String>>,
        /// How many ticks, 20 when left out.
        #[oai(validator(minimum(value = "1"), maximum(value = "100")))]
        limit: Query<Option<u16>>,
    ) -> Done<Paged<Tick>> {
        let found = schedule::history(&app.ctx, &admin.actor(), &name.0, &page(cursor.0, limit.0)).await?;
        Ok(Answer::new(Paged::of(found, Tick::from)))
    }

    /// Try an expression
    ///
    /// Says when it would next come to pass. Changes nothing.
    #[oai(path = "/api/admin/schedules/preview", method = "post", operation_id = "previewCron", tag = "Tag::Admin")]
    async fn preview(&self, admin: Admin, app: Data<&Shared>, body: Body<TryCron>) -> Done<NextTicks> {
        let next = schedule::preview(&app.ctx, &admin.actor(), &body.0.cron).await?;
        Ok(Answer::new(NextTicks { next: next.into_iter().map(Time).collect() }))
    }
}
