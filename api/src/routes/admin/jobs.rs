//! Jobs as admins see them: with what failed, and the levers.

use std::collections::BTreeMap;

use domain::jobs::{self, JobFilter, StepRow};
use domain::{JobId, JobState, OrgId, Queue, StepPhase};
use poem::web::Data;
use poem_openapi::param::{Path, Query};
use poem_openapi::{Object, OpenApi};
use serde_json::Value;

use super::overview::QueueFigures;
use crate::auth::Admin;
use crate::routes::Tag;
use crate::routes::activity::Person;
use crate::routes::auth::Organisation;
use crate::routes::jobs::Progress;
use crate::state::Shared;
use crate::wire::{Answer, Body, Choice, Done, Id, Paged, Time, Word, entity_text, page};

/// What a job works on.
#[derive(Debug, Object)]
pub struct JobTarget {
    /// `vps`, `provider_account` or `user`.
    #[oai(rename = "type", validator(max_length = 50))]
    kind: String,
    /// Which one.
    #[oai(validator(max_length = 64))]
    id: String,
    /// Its name; its id once it has none.
    #[oai(validator(max_length = 200))]
    label: String,
}

/// Why a job last failed.
#[derive(Debug, Object)]
pub struct JobError {
    /// The class of the failure.
    #[oai(validator(max_length = 100))]
    code: String,
    /// Words that an admin can act on.
    #[oai(validator(max_length = 4000))]
    message: String,
    /// What the customer was told.
    #[oai(validator(max_length = 4000))]
    detail: Option<String>,
    /// The provider's id of the request that failed.
    #[oai(validator(max_length = 200))]
    provider_request_id: Option<String>,
    /// When, as far as the timeline tells.
    at: Time,
}

/// One line of a job's timeline.
#[derive(Debug, Object)]
pub struct TimelineEntry {
    /// When.
    at: Time,
    /// Which claim of the job.
    attempt: i64,
    /// The step's name.
    #[oai(validator(max_length = 200))]
    name: String,
    /// What happened to it.
    phase: Word<StepPhase>,
    /// The same in words.
    #[oai(validator(max_length = 4000))]
    words: String,
    /// The provider's id of the request.
    #[oai(validator(max_length = 200))]
    provider_request_id: Option<String>,
    /// What went wrong.
    #[oai(validator(max_length = 4000))]
    error: Option<String>,
}

impl From<StepRow> for TimelineEntry {
    fn from(step: StepRow) -> Self {
        let detail = step.detail.unwrap_or_default();
        Self {
            at: step.at.into(),
            attempt: step.lease_token,
            words: step.words.unwrap_or_else(|| step.name.clone()),
            name: step.name,
            phase: Word(step.phase),
            provider_request_id: text(&detail, "provider_request_id"),
            error: text(&detail, "error"),
        }
    }
}

fn text(detail: &Value, name: &str) -> Option<String> {
    match &detail[name] {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}

/// A job.
#[derive(Debug, Object)]
pub struct AdminJob {
    /// The job.
    id: Id<JobId>,
    /// What it does, such as `vps.provision`.
    #[oai(validator(max_length = 100))]
    kind: String,
    /// The pool that takes it.
    queue: Word<Queue>,
    /// Where it is.
    state: Word<JobState>,
    /// 1 is interactive, 9 is bulk.
    priority: i32,
    /// How often it failed in passing.
    attempts: i32,
    /// After so many it fails for good.
    max_attempts: i32,
    /// How often a worker vanished with it.
    crashes: i32,
    /// Seconds since it was asked for; until it ended, when it did.
    age_s: f64,
    /// Not before this.
    run_at: Time,
    /// It must be done by then.
    deadline_at: Time,
    /// When it was asked for.
    created_at: Time,
    /// When it ended.
    finished_at: Option<Time>,
    /// Whose it is.
    organisation: Option<Organisation>,
    /// Who asked for it.
    actor: Option<Person>,
    /// What it works on.
    target: Option<JobTarget>,
    /// How far it is.
    progress: Option<Progress>,
    /// Why it last failed.
    error: Option<JobError>,
    /// Whether somebody asked it to end.
    cancel_requested: bool,
    /// What it did; only where one job is read.
    #[oai(skip_serializing_if_is_none, validator(max_items = 2000))]
    timeline: Option<Vec<TimelineEntry>>,
    /// Whether it can be retried.
    can_retry: bool,
    /// Whether it can be cancelled.
    can_cancel: bool,
}

impl From<jobs::AdminJob> for AdminJob {
    fn from(job: jobs::AdminJob) -> Self {
        Self {
            can_retry: job.can_retry(),
            can_cancel: job.can_cancel(),
            target: target(&job),
            error: failure(&job),
            progress: Progress::of(job.progress.as_ref()),
            id: Id(job.id),
            kind: job.kind,
            queue: Word(job.queue),
            state: Word(job.state),
            priority: i32::from(job.priority),
            attempts: job.attempts,
            max_attempts: job.max_attempts,
            crashes: job.crashes,
            age_s: job.age_s,
            run_at: job.run_at.into(),
            deadline_at: job.deadline_at.into(),
            created_at: job.created_at.into(),
            finished_at: job.finished_at.map(Time),
            organisation: job.org_id.map(|id| Organisation { id: Id(id), name: job.org_name.unwrap_or_default() }),
            actor: Person::of(job.actor_id, job.actor_name),
            cancel_requested: job.cancel_requested,
            timeline: None,
        }
    }
}

fn target(job: &jobs::AdminJob) -> Option<JobTarget> {
    let found = job.target()?;
    let id = entity_text(&found.kind, found.id);
    Some(JobTarget { label: found.label.unwrap_or_else(|| id.clone()), id, kind: found.kind })
}

fn failure(job: &jobs::AdminJob) -> Option<JobError> {
    let error = job.error.as_ref().filter(|error| !error.is_null());
    let code = job.error_code.clone().or_else(|| error.map(|_| "failed".to_owned()))?;
    let said = |name: &str| error.and_then(|error| text(error, name));
    let last_failed = job.timeline.iter().rev().find(|step| step.phase == StepPhase::Failed).map(|step| step.at);
    Some(JobError {
        message: said("admin").or_else(|| said("customer")).unwrap_or_else(|| code.clone()),
        detail: said("customer"),
        provider_request_id: said("provider_request_id"),
        at: last_failed.or(job.finished_at).unwrap_or(job.created_at).into(),
        code,
    })
}

fn whole(mut job: jobs::AdminJob) -> AdminJob {
    let steps = std::mem::take(&mut job.timeline);
    let error = failure(&jobs::AdminJob { timeline: steps.clone(), ..job.clone() });
    AdminJob { error, timeline: Some(steps.into_iter().map(TimelineEntry::from).collect()), ..AdminJob::from(job) }
}

/// How many jobs there are.
#[derive(Debug, Object)]
pub struct JobCounts {
    /// By state.
    by_state: BTreeMap<String, i64>,
    /// By queue.
    #[oai(validator(max_items = 20))]
    by_queue: Vec<QueueFigures>,
}

/// Why a lever is pulled.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct JobReason {
    /// The reason, for the record.
    #[oai(validator(max_length = 500))]
    reason: Option<String>,
}

/// Operations on jobs, for admins.
pub struct AdminJobsApi;

#[OpenApi]
impl AdminJobsApi {
    /// List all jobs
    ///
    /// Those that fit, the newest first.
    #[oai(path = "/api/admin/jobs", method = "get", operation_id = "listAdminJobs", tag = "Tag::Admin")]
    #[expect(clippy::too_many_arguments, reason = "one argument a parameter")]
    async fn list(
        &self,
        admin: Admin,
        app: Data<&Shared>,
        /// Only jobs in this state.
        state: Query<Option<Choice<JobState>>>,
        /// Only jobs of this kind.
        #[oai(validator(max_length = 100))]
        kind: Query<Option<String>>,
        /// Only jobs of this queue.
        queue: Query<Option<Choice<Queue>>>,
        /// Only jobs of this organisation.
        org: Query<Option<Id<OrgId>>>,
        /// Only jobs with this id, or with this in an error or a name.
        #[oai(validator(max_length = 100))]
        q: Query<Option<String>>,
        /// Where the page before ended.
        #[oai(validator(max_length = 200))]
        cursor: Query<Option<String>>,
        /// How many jobs, 20 when left out.
        #[oai(validator(minimum(value = "1"), maximum(value = "100")))]
        limit: Query<Option<u16>>,
    ) -> Done<Paged<AdminJob>> {
        let kind = kind.0.map(|kind| kind.replace('\0', ""));
        let filter = JobFilter {
            state: state.0.map(|state| state.0),
            kind,
            queue: queue.0.map(|queue| queue.0),
            org: org.0.map(|org| org.0),
            cloud: None,
            error: None,
            q: q.0,
        };
        let found = jobs::admin_list(&app.ctx, &admin.actor(), &filter, &page(cursor.0, limit.0)).await?;
        Ok(Answer::new(Paged::of(found, AdminJob::from)))
    }

    /// Count jobs
    ///
    /// By state and by queue.
    #[oai(path = "/api/admin/jobs/counts", method = "get", operation_id = "countAdminJobs", tag = "Tag::Admin")]
    async fn counts(&self, admin: Admin, app: Data<&Shared>) -> Done<JobCounts> {
        let counts = jobs::counts(&app.ctx, &admin.actor()).await?;
        Ok(Answer::new(JobCounts {
            by_state: counts.by_state.into_iter().map(|(state, count)| (state.to_string(), count)).collect(),
            by_queue: counts.by_queue.into_iter().map(QueueFigures::from).collect(),
        }))
    }

    /// Read any job
    ///
    /// With its timeline, its last failure, and what can be done about it.
    #[oai(path = "/api/admin/jobs/:id", method = "get", operation_id = "getAdminJob", tag = "Tag::Admin")]
    async fn get(
        &self,
        admin: Admin,
        app: Data<&Shared>,
        /// The job.
        id: Path<Id<JobId>>,
    ) -> Done<AdminJob> {
        Ok(Answer::new(whole(jobs::admin_get(&app.ctx, &admin.actor(), id.0.0).await?)))
    }

    /// Retry a job
    ///
    /// A stuck or waiting one goes on where it was; a failed or cancelled one is final, so a new
    /// job takes it up. The answer is the job that will run.
    #[oai(path = "/api/admin/jobs/:id/retry", method = "post", operation_id = "retryJob", tag = "Tag::Admin")]
    async fn retry(
        &self,
        admin: Admin,
        app: Data<&Shared>,
        /// The job.
        id: Path<Id<JobId>>,
        body: Body<JobReason, true>,
    ) -> Done<AdminJob> {
        let next = jobs::retry(&app.ctx, &admin.actor(), id.0.0, None, body.0.reason.as_deref()).await?;
        Ok(Answer::new(whole(jobs::admin_get(&app.ctx, &admin.actor(), next).await?)))
    }

    /// Cancel a job
    ///
    /// One that never began ends at once; one that began undoes what it did, and then ends.
    #[oai(path = "/api/admin/jobs/:id/cancel", method = "post", operation_id = "cancelJob", tag = "Tag::Admin")]
    async fn cancel(
        &self,
        admin: Admin,
        app: Data<&Shared>,
        /// The job.
        id: Path<Id<JobId>>,
        body: Body<JobReason, true>,
    ) -> Done<AdminJob> {
        jobs::cancel(&app.ctx, &admin.actor(), id.0.0, body.0.reason.as_deref()).await?;
        Ok(Answer::new(whole(jobs::admin_get(&app.ctx, &admin.actor(), id.0.0).await?)))
    }
}
