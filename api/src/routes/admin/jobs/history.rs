//! A job's history: its timeline, its steps, its calls and its failures.

use domain::queue::{CallRow, StepRow};
use domain::work::{self};
use domain::{JobState, StepPhase};
use poem_openapi::Object;
use serde_json::Value;

use crate::wire::{Time, Word};

/// One line of a job's timeline.
#[derive(Debug, Object)]
pub struct TimelineEntry {
    /// When it happened.
    at: Time,
    /// Which claim of the job, from 1.
    attempt: i64,
    /// The step's name, such as `create`.
    #[oai(validator(max_length = 200))]
    name: String,
    /// What happened to the step.
    phase: Word<StepPhase>,
    /// The same as a sentence.
    #[oai(validator(max_length = 4000))]
    words: String,
    /// The provider's reference of the request.
    #[oai(validator(max_length = 200))]
    provider_request_id: Option<String>,
    /// What went wrong, for administrators.
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

/// A member of a row's detail, as text.
pub(super) fn text(detail: &Value, name: &str) -> Option<String> {
    match &detail[name] {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}

/// A step that jobs of this kind take.
#[derive(Debug, Object)]
pub struct KindStep {
    /// Its position, from 0, as a retry's `from_step` takes it.
    index: i32,
    /// The step's name, such as `create`.
    #[oai(validator(max_length = 100))]
    name: String,
    /// Whether the job has completed it.
    done: bool,
}

/// The steps of a job's kind. An ended job completed those that its timeline shows; an open one
/// completed every step before its next. A kind of one step needs no timeline.
pub(super) fn steps(job: &work::AdminJob) -> Vec<KindStep> {
    let names = work::steps_of(&job.kind);
    let told = |index| job.timeline.iter().any(|row| row.step == index && row.phase == StepPhase::Done);
    let ended = matches!(job.state, JobState::Succeeded | JobState::Failed | JobState::Cancelled);
    let did = |index| match job.state {
        JobState::Succeeded if names.len() == 1 => true,
        _ if ended => told(index),
        _ => index < job.step,
    };
    let step =
        |(index, name): (i16, &&str)| KindStep { index: i32::from(index), name: (*name).to_owned(), done: did(index) };
    (0..).zip(names).map(step).collect()
}

/// A request that the job sent to a provider: no bodies, no secrets.
#[derive(Debug, Object)]
pub struct JobCall {
    /// When the request was sent.
    at: Time,
    /// Which claim of the job sent it, from 1.
    attempt: i64,
    /// The HTTP method, such as `GET`.
    #[oai(validator(max_length = 20))]
    method: String,
    /// The path, without its query.
    #[oai(validator(max_length = 1000))]
    path: String,
    /// The response's HTTP status; null when no response came.
    status: Option<i32>,
    /// The provider's reference of the request.
    #[oai(validator(max_length = 200))]
    request_id: Option<String>,
    /// From the first byte sent to the last byte received.
    duration_ms: i32,
    /// The class of its failure, such as `RATE_LIMITED`.
    #[oai(validator(max_length = 100))]
    error: Option<String>,
}

impl From<CallRow> for JobCall {
    fn from(call: CallRow) -> Self {
        Self {
            at: call.at.into(),
            attempt: call.lease_token,
            method: call.method,
            path: call.path,
            status: call.status.map(i32::from),
            request_id: call.request_id,
            duration_ms: call.duration_ms,
            error: call.error,
        }
    }
}

/// How one claim of the job failed.
#[derive(Debug, Object)]
pub struct JobFailure {
    /// When it happened.
    at: Time,
    /// Which claim of the job, from 1.
    attempt: i64,
    /// The class of the failure, such as `RATE_LIMITED`.
    #[oai(validator(max_length = 100))]
    code: String,
    /// What went wrong, for administrators.
    #[oai(validator(max_length = 4000))]
    message: String,
}

/// Every failure in the timeline, the oldest first.
pub(super) fn failures(timeline: &[StepRow]) -> Vec<JobFailure> {
    let failure = |row: &StepRow| {
        let detail = row.detail.clone().unwrap_or_default();
        JobFailure {
            at: row.at.into(),
            attempt: row.lease_token,
            code: text(&detail, "code").unwrap_or_else(|| "failed".to_owned()),
            message: text(&detail, "error").or_else(|| row.words.clone()).unwrap_or_else(|| row.name.clone()),
        }
    };
    timeline.iter().filter(|row| row.phase == StepPhase::Failed).map(failure).collect()
}
