//! Jobs as administrators see them: with their failures, and the means to retry, cancel and discard them.

mod history;
mod job;

use std::collections::BTreeMap;

use domain::work::{self, JobFilter};
use domain::{CloudId, JobId, JobState, OrgId, Queue};
use poem::web::Data;
use poem_openapi::param::{Path, Query};
use poem_openapi::{Object, OpenApi};

use super::queues::QueueFigures;
use crate::auth::Admin;
use crate::problem::{Failure, Problems};
use crate::routes::Tag;
use crate::state::{Shared, State};
use crate::wire::{Answer, Body, Choice, Done, Id, Paged, Time, page};

pub use history::{JobCall, JobFailure, KindStep, TimelineEntry};
pub use job::{AdminJob, JobError, JobTarget, JobWait};

/// How many jobs there are.
#[derive(Debug, Object)]
pub struct JobCounts {
    /// Jobs by state; ended ones are counted among the newest 100,000.
    by_state: BTreeMap<String, i64>,
    /// Each queue with its figures.
    #[oai(validator(max_items = 20))]
    by_queue: Vec<QueueFigures>,
    /// Failed or stuck jobs that no administrator has dealt with yet.
    attention: i64,
    /// The jobs that match the whole filter.
    matches: JobMatches,
}

/// How many jobs match a filter.
#[derive(Debug, Object)]
pub struct JobMatches {
    /// How many were counted, up to 100,000.
    count: i64,
    /// Whether these are all: more may match among ended jobs that are older than the newest 100,000.
    complete: bool,
}

impl From<work::Counts> for JobCounts {
    fn from(counts: work::Counts) -> Self {
        Self {
            by_state: counts.by_state.into_iter().map(|(state, count)| (state.to_string(), count)).collect(),
            by_queue: counts.by_queue.into_iter().map(QueueFigures::from).collect(),
            attention: counts.attention,
            matches: JobMatches { count: counts.matches.count, complete: counts.matches.complete },
        }
    }
}

/// Why an administrator steps in.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct JobReason {
    /// The reason, which is recorded.
    #[oai(validator(max_length = 500))]
    reason: Option<String>,
}

/// How to retry a job.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct RetryJob {
    /// The reason, which is recorded.
    #[oai(validator(max_length = 500))]
    reason: Option<String>,
    /// The step to continue from, one that the job has begun; its current step when left out.
    #[oai(validator(minimum(value = "0"), maximum(value = "100")))]
    from_step: Option<i32>,
}

/// The job as it is now, with everything known about it.
pub(super) async fn read(app: &State, admin: &Admin, id: JobId) -> Result<AdminJob, Failure> {
    Ok(AdminJob::whole(work::admin_get(&app.ctx, &admin.actor(), id).await?))
}

/// Why a job is not retried; retrying an order sets its money aside again.
pub struct RetryProblems;

impl Problems for RetryProblems {
    const OWN: &'static [(u16, &'static str)] = &[
        (402, "in_debt"),
        (402, "insufficient_funds"),
        (409, "busy"),
        (409, "label_taken"),
        (409, "not_retryable"),
        (409, "password_gone"),
        (409, "unknown_kind"),
        (409, "wrong_state"),
    ];
}

/// Why a job is not cancelled.
pub struct CancelProblems;

impl Problems for CancelProblems {
    const OWN: &'static [(u16, &'static str)] = &[(409, "not_cancellable"), (409, "wrong_state")];
}

/// Why a job is not set aside.
pub struct DiscardProblems;

impl Problems for DiscardProblems {
    const OWN: &'static [(u16, &'static str)] = &[(409, "not_discardable")];
}

/// Operations on jobs, for administrators.
pub struct AdminJobsApi;

#[OpenApi]
impl AdminJobsApi {
    /// List all jobs
    ///
    /// The matching jobs, the newest first.
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
        /// Only jobs that call this cloud's provider.
        cloud: Query<Option<Id<CloudId>>>,
        /// Only jobs whose last failure is of this class, such as `RATE_LIMITED`.
        #[oai(validator(max_length = 100))]
        error: Query<Option<String>>,
        /// Only jobs with this id, or with this text in an error or a name.
        #[oai(validator(max_length = 100))]
        q: Query<Option<String>>,
        /// When true, only failed or stuck jobs that no administrator has dealt with yet.
        attention: Query<Option<bool>>,
        /// Only jobs created at this instant or later.
        since: Query<Option<Time>>,
        /// Only jobs created before this instant.
        until: Query<Option<Time>>,
        /// The previous page's `next`.
        #[oai(validator(max_length = 200))]
        cursor: Query<Option<String>>,
        /// How many jobs, 20 when left out.
        #[oai(validator(minimum(value = "1"), maximum(value = "100")))]
        limit: Query<Option<u16>>,
    ) -> Done<Paged<AdminJob>> {
        let filter = JobFilter {
            state: state.0.map(|state| state.0),
            kind: kind.0,
            queue: queue.0.map(|queue| queue.0),
            org: org.0.map(|org| org.0),
            cloud: cloud.0.map(|cloud| cloud.0),
            error: error.0,
            q: q.0,
            attention: attention.0.unwrap_or(false),
            since: since.0.map(|since| since.0),
            until: until.0.map(|until| until.0),
            ids: Vec::new(),
        };
        let found = work::admin_list(&app.ctx, &admin.actor(), &filter, &page(cursor.0, limit.0)).await?;
        Ok(Answer::new(Paged::of(found, AdminJob::from)))
    }

    /// Count jobs
    ///
    /// By state, how many need attention, and how many match: what the list would show with the same
    /// filter. `state` and `attention` choose what `matches` counts, and leave the other counts as they
    /// are. Queues are counted whole.
    #[oai(path = "/api/admin/jobs/counts", method = "get", operation_id = "countAdminJobs", tag = "Tag::Admin")]
    #[expect(clippy::too_many_arguments, reason = "one argument a parameter")]
    async fn counts(
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
        /// Only jobs that call this cloud's provider.
        cloud: Query<Option<Id<CloudId>>>,
        /// Only jobs whose last failure is of this class, such as `RATE_LIMITED`.
        #[oai(validator(max_length = 100))]
        error: Query<Option<String>>,
        /// Only jobs with this id, or with this text in an error or a name.
        #[oai(validator(max_length = 100))]
        q: Query<Option<String>>,
        /// When true, only failed or stuck jobs that no administrator has dealt with yet.
        attention: Query<Option<bool>>,
        /// Only jobs created at this instant or later.
        since: Query<Option<Time>>,
        /// Only jobs created before this instant.
        until: Query<Option<Time>>,
    ) -> Done<JobCounts> {
        let filter = JobFilter {
            state: state.0.map(|state| state.0),
            kind: kind.0,
            queue: queue.0.map(|queue| queue.0),
            org: org.0.map(|org| org.0),
            cloud: cloud.0.map(|cloud| cloud.0),
            error: error.0,
            q: q.0,
            attention: attention.0.unwrap_or(false),
            since: since.0.map(|since| since.0),
            until: until.0.map(|until| until.0),
            ids: Vec::new(),
        };
        Ok(Answer::new(work::counts_of(&app.ctx, &admin.actor(), &filter).await?.into()))
    }

    /// Read any job
    ///
    /// With its timeline, its steps, its calls and failures, and which actions are possible.
    #[oai(path = "/api/admin/jobs/:id", method = "get", operation_id = "getAdminJob", tag = "Tag::Admin")]
    async fn get(
        &self,
        admin: Admin,
        app: Data<&Shared>,
        /// The job's id.
        id: Path<Id<JobId>>,
    ) -> Done<AdminJob> {
        Ok(Answer::new(read(&app, &admin, id.0.0).await?))
    }

    /// Retry a job
    ///
    /// A stuck or waiting job continues where it was, or from an earlier step. A failed or cancelled
    /// job is final, so a new job retries it. An order that failed sets its first hour aside again
    /// (`retry_takes`), and the customer is told by mail. The response is the job that will run.
    #[oai(path = "/api/admin/jobs/:id/retry", method = "post", operation_id = "retryJob", tag = "Tag::Admin")]
    async fn retry(
        &self,
        admin: Admin,
        app: Data<&Shared>,
        /// The job's id.
        id: Path<Id<JobId>>,
        body: Body<RetryJob, true>,
    ) -> Done<AdminJob, RetryProblems> {
        let RetryJob { reason, from_step } = body.0;
        let from_step = from_step.map(|step| i16::try_from(step).unwrap_or(i16::MAX));
        let next = work::retry(&app.ctx, &admin.actor(), id.0.0, from_step, reason.as_deref()).await?;
        Ok(Answer::new(read(&app, &admin, next).await?))
    }

    /// Cancel a job
    ///
    /// A job that has not begun ends at once. One that has begun undoes what it did, then ends.
    #[oai(path = "/api/admin/jobs/:id/cancel", method = "post", operation_id = "cancelJob", tag = "Tag::Admin")]
    async fn cancel(
        &self,
        admin: Admin,
        app: Data<&Shared>,
        /// The job's id.
        id: Path<Id<JobId>>,
        body: Body<JobReason, true>,
    ) -> Done<AdminJob, CancelProblems> {
        work::cancel(&app.ctx, &admin.actor(), id.0.0, body.0.reason.as_deref()).await?;
        Ok(Answer::new(read(&app, &admin, id.0.0).await?))
    }

    /// Discard a job
    ///
    /// An ended job no longer needs attention. A stuck job that left nothing at a provider ends as
    /// failed.
    #[oai(path = "/api/admin/jobs/:id/discard", method = "post", operation_id = "discardJob", tag = "Tag::Admin")]
    async fn discard(
        &self,
        admin: Admin,
        app: Data<&Shared>,
        /// The job's id.
        id: Path<Id<JobId>>,
        body: Body<JobReason, true>,
    ) -> Done<AdminJob, DiscardProblems> {
        work::discard(&app.ctx, &admin.actor(), id.0.0, body.0.reason.as_deref()).await?;
        Ok(Answer::new(read(&app, &admin, id.0.0).await?))
    }
}
