//! A job as administrators see it.

use domain::work::{self, Request, WaitReason};
use domain::{JobId, JobState, Queue, StepPhase, VpsAction};
use poem_openapi::Object;

use super::history::{self, JobCall, JobFailure, KindStep, TimelineEntry, text};
use crate::routes::activity::Person;
use crate::routes::admin::clouds::NamedCloud;
use crate::routes::auth::Organisation;
use crate::routes::jobs::Progress;
use crate::wire::{Document, Id, Money, Time, Word, entity_text};

/// What a job works on.
#[derive(Debug, Object)]
pub struct JobTarget {
    /// `vps`, `cloud` or `user`.
    #[oai(rename = "type", validator(max_length = 50))]
    kind: String,
    /// Its id on the wire, such as `vps_…`.
    #[oai(validator(max_length = 64))]
    id: String,
    /// Its name, or its id when it has no name any more.
    #[oai(validator(max_length = 200))]
    label: String,
}

/// Something that holds a job up.
#[derive(Debug, Object)]
pub struct JobWait {
    /// What it is.
    why: Word<WaitReason>,
    /// The same as a sentence, with its figures.
    #[oai(validator(max_length = 1000))]
    words: String,
    /// Who paused its queue or cloud.
    #[oai(validator(max_length = 200))]
    by: Option<String>,
    /// The reason that was given for the pause.
    #[oai(validator(max_length = 500))]
    reason: Option<String>,
    /// Since when: of a pause, or of the oldest due job before it.
    since: Option<Time>,
    /// Until when, as far as that is known.
    until: Option<Time>,
    /// The figure that has reached the limit, or how many jobs are before it.
    count: Option<i64>,
    /// The limit.
    limit: Option<i64>,
}

impl From<work::Wait> for JobWait {
    fn from(wait: work::Wait) -> Self {
        Self {
            why: Word(wait.why),
            words: wait.words,
            by: wait.by,
            reason: wait.reason,
            since: wait.since.map(Time),
            until: wait.until.map(Time),
            count: wait.count,
            limit: wait.limit,
        }
    }
}

/// Why a job last failed.
#[derive(Debug, Object)]
pub struct JobError {
    /// The class of the failure, such as `RATE_LIMITED`.
    #[oai(validator(max_length = 100))]
    code: String,
    /// What went wrong, for administrators.
    #[oai(validator(max_length = 4000))]
    message: String,
    /// What the customer reads about it.
    #[oai(validator(max_length = 4000))]
    detail: Option<String>,
    /// The provider's reference of the failed request.
    #[oai(validator(max_length = 200))]
    provider_request_id: Option<String>,
    /// When it failed, as far as the timeline shows.
    at: Time,
}

/// A job with everything that administrators need.
#[derive(Debug, Object)]
#[expect(clippy::struct_excessive_bools, reason = "the wire's shape: each action has its own flag")]
pub struct AdminJob {
    /// Its id.
    id: Id<JobId>,
    /// What it does, such as `vps.provision`.
    #[oai(validator(max_length = 100))]
    kind: String,
    /// What it does to a server; null where it works on none.
    action: Option<Word<VpsAction>>,
    /// The queue whose workers run it.
    queue: Word<Queue>,
    /// Its state.
    state: Word<JobState>,
    /// From 1 (interactive) to 9 (bulk).
    priority: i32,
    /// How often it failed temporarily.
    attempts: i32,
    /// After so many temporary failures it fails permanently.
    max_attempts: i32,
    /// How often a worker disappeared while running it.
    crashes: i32,
    /// Seconds from its creation until now, or until it ended.
    age_s: f64,
    /// It does not begin before this time.
    run_at: Time,
    /// It must be done by this time.
    deadline_at: Time,
    /// When it was created.
    created_at: Time,
    /// When it ended; null while it is open.
    finished_at: Option<Time>,
    /// The organisation that it belongs to.
    organisation: Option<Organisation>,
    /// The user who requested it; null for the platform and the operator.
    actor: Option<Person>,
    /// The administrator who requested it in that user's place.
    impersonator: Option<Person>,
    /// What it works on.
    target: Option<JobTarget>,
    /// How far it has come.
    progress: Option<Progress>,
    /// Why it last failed.
    error: Option<JobError>,
    /// Whether an administrator asked it to stop.
    cancel_requested: bool,
    /// The cloud whose provider it calls.
    cloud: Option<NamedCloud>,
    /// When it first began.
    started_at: Option<Time>,
    /// Seconds from its creation until it first began.
    wait_s: Option<f64>,
    /// Seconds that workers have spent on it so far.
    run_s: f64,
    /// The name of the worker that runs it.
    #[oai(validator(max_length = 200))]
    lease_owner: Option<String>,
    /// The ended job that it retries.
    retry_of: Option<Id<JobId>>,
    /// The job that retries it.
    taken_up_by: Option<Id<JobId>>,
    /// Whether it can be retried.
    can_retry: bool,
    /// What a retry takes from the customer's wallet again: the first hour of an order that failed and
    /// gave its money back. Null when a retry takes nothing.
    retry_takes: Option<Money>,
    /// Whether its order can't be retried because the root password was removed a day after it failed:
    /// the customer has to order again.
    password_gone: bool,
    /// Whether it can be cancelled.
    can_cancel: bool,
    /// Whether it can be discarded.
    can_discard: bool,
    /// Whether it is in the archive, where nothing changes any more.
    archived: bool,
    /// Everything it did; only in the response for a single job.
    #[oai(skip_serializing_if_is_none, validator(max_items = 2000))]
    timeline: Option<Vec<TimelineEntry>>,
    /// What it was given: ids and choices. Only in the response for a single job.
    #[oai(skip_serializing_if_is_none)]
    arguments: Option<Document>,
    /// What it found out; only in the response for a single job.
    #[oai(skip_serializing_if_is_none)]
    result: Option<Document>,
    /// The W3C trace of the request that created it; only in the response for a single job.
    #[oai(skip_serializing_if_is_none, validator(max_length = 100))]
    traceparent: Option<String>,
    /// Its kind's steps, in order; only in the response for a single job.
    #[oai(skip_serializing_if_is_none, validator(max_items = 20))]
    steps: Option<Vec<KindStep>>,
    /// Its requests to a provider, the oldest first; only in the response for a single job.
    #[oai(skip_serializing_if_is_none, validator(max_items = 500))]
    calls: Option<Vec<JobCall>>,
    /// Its failures, the oldest first; only in the response for a single job.
    #[oai(skip_serializing_if_is_none, validator(max_items = 2000))]
    errors: Option<Vec<JobFailure>>,
    /// What holds it up, the first reason first; empty while it runs and once it is stuck or ended. Only in
    /// the response for a single job.
    #[oai(skip_serializing_if_is_none, validator(max_items = 20))]
    waits: Option<Vec<JobWait>>,
}

impl From<work::AdminJob> for AdminJob {
    fn from(job: work::AdminJob) -> Self {
        Self {
            can_retry: job.can(Request::Retry { from_step: None }),
            retry_takes: job.retry_takes().map(Money),
            password_gone: job.lacks_password(),
            can_cancel: job.can(Request::Cancel),
            can_discard: job.can(Request::Discard),
            wait_s: job.wait_s(),
            target: target(&job),
            error: failure(&job),
            progress: Progress::of(job.progress.as_ref()),
            id: Id(job.id),
            action: job.action().map(Word),
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
            impersonator: Person::of(job.impersonator_id, job.impersonator_name),
            cancel_requested: job.cancel_requested,
            cloud: NamedCloud::of(job.cloud_id, job.cloud_name),
            started_at: job.started_at.map(Time),
            run_s: job.run_s,
            lease_owner: job.lease_owner,
            retry_of: job.retry_of.map(Id),
            taken_up_by: job.taken_up_by.map(Id),
            archived: job.archived,
            timeline: None,
            arguments: None,
            result: None,
            traceparent: None,
            steps: None,
            calls: None,
            errors: None,
            waits: None,
        }
    }
}

fn target(job: &work::AdminJob) -> Option<JobTarget> {
    let found = job.target()?;
    let id = entity_text(&found.kind, found.id);
    Some(JobTarget { label: found.label.unwrap_or_else(|| id.clone()), id, kind: found.kind })
}

fn failure(job: &work::AdminJob) -> Option<JobError> {
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

impl AdminJob {
    /// The job with everything known about it, for the page of a single job.
    #[must_use]
    pub fn whole(mut job: work::AdminJob) -> Self {
        let steps = history::steps(&job);
        let error = failure(&job);
        let errors = history::failures(&job.timeline);
        let timeline = std::mem::take(&mut job.timeline).into_iter().map(TimelineEntry::from).collect();
        let calls = std::mem::take(&mut job.calls).into_iter().map(JobCall::from).collect();
        let waits = std::mem::take(&mut job.waits).into_iter().map(JobWait::from).collect();
        Self {
            error,
            arguments: Some(Document::of(job.params.clone())),
            result: job.result.take().filter(|result| !result.is_null()).map(Document::of),
            traceparent: job.traceparent.take(),
            timeline: Some(timeline),
            steps: Some(steps),
            calls: Some(calls),
            errors: Some(errors),
            waits: Some(waits),
            ..Self::from(job)
        }
    }
}
