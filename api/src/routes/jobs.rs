//! Jobs as customers see them.

use domain::queue::StepRow;
use domain::work::JobView;
use domain::{JobId, JobState, StepPhase, VpsAction, VpsId};
use poem::web::Data;
use poem_openapi::param::Path;
use poem_openapi::{Object, OpenApi};
use serde_json::Value;

use super::Tag;
use super::activity::Person;
use crate::auth::may;
use crate::state::Shared;
use crate::wire::{Answer, Done, Id, Time, Word};

/// How far a job has come.
#[derive(Debug, Object)]
pub struct Progress {
    /// Percent done, from 0 to 100.
    #[oai(validator(minimum(value = "0"), maximum(value = "100")))]
    percent: i32,
    /// What it is doing, as a sentence.
    #[oai(validator(max_length = 1000))]
    words: String,
}

impl Progress {
    /// The progress that a job's row states, if it states one.
    #[must_use]
    pub fn of(row: Option<&Value>) -> Option<Self> {
        let row = row?;
        let percent = row["percent"].as_i64().and_then(|percent| i32::try_from(percent.clamp(0, 100)).ok())?;
        Some(Self { percent, words: row["words"].as_str().unwrap_or_default().to_owned() })
    }
}

/// One line of a job's timeline.
#[derive(Debug, Object)]
pub struct JobStep {
    /// The step's name, such as `create`.
    #[oai(validator(max_length = 200))]
    name: String,
    /// What happened to the step.
    state: Word<StepPhase>,
    /// When it happened.
    at: Time,
    /// The same as a sentence.
    #[oai(validator(max_length = 4000))]
    words: String,
}

impl From<StepRow> for JobStep {
    fn from(step: StepRow) -> Self {
        Self {
            words: step.words.unwrap_or_else(|| step.name.clone()),
            name: step.name,
            state: Word(step.phase),
            at: step.at.into(),
        }
    }
}

/// A job that works on a customer's things.
#[derive(Debug, Object)]
pub struct Job {
    /// Its id.
    id: Id<JobId>,
    /// What it does, such as `vps.provision`.
    #[oai(validator(max_length = 100))]
    kind: String,
    /// What it does to its server; null where it does something else.
    action: Option<Word<VpsAction>>,
    /// The member of the organisation who asked for it; null for the platform and its staff.
    actor: Option<Person>,
    /// The name of the administrator who asked for it in that user's place; null otherwise.
    #[oai(validator(max_length = 100))]
    support: Option<String>,
    /// Its state.
    state: Word<JobState>,
    /// How far it has come.
    progress: Option<Progress>,
    /// The server that it works on.
    vps_id: Option<Id<VpsId>>,
    /// How often it failed temporarily.
    attempts: i32,
    /// After so many temporary failures it fails for good.
    max_attempts: i32,
    /// When it is tried again after a temporary failure; null in any other state than `retry`.
    next_try_at: Option<Time>,
    /// When it was created.
    created_at: Time,
    /// When it ended; null while it is open.
    finished_at: Option<Time>,
    /// What it did, the earliest first. Empty in lists of servers. A failed try that another followed
    /// is counted in `attempts` and has no line here.
    #[oai(validator(max_items = 2000))]
    steps: Vec<JobStep>,
    /// Why it failed or needs attention, as a sentence; operators see such a job and look into it.
    #[oai(validator(max_length = 4000))]
    failure: Option<String>,
}

impl From<JobView> for Job {
    fn from(job: JobView) -> Self {
        Self {
            id: Id(job.id),
            action: job.action().map(Word),
            actor: Person::of(job.actor_id, job.actor_name.clone()),
            support: job.support_name.clone(),
            state: Word(job.state),
            progress: Progress::of(job.progress.as_ref()),
            vps_id: job.vps().map(Id),
            attempts: job.attempts,
            max_attempts: job.max_attempts,
            next_try_at: job.next_try_at.map(Time),
            created_at: job.created_at.into(),
            finished_at: job.finished_at.map(Time),
            steps: job.steps.into_iter().map(JobStep::from).collect(),
            failure: job.failure,
            kind: job.kind,
        }
    }
}

/// Operations on jobs.
pub struct JobsApi;

#[OpenApi]
impl JobsApi {
    /// Read a job
    ///
    /// Its state, its progress and what it has done so far.
    #[oai(path = "/api/jobs/:id", method = "get", operation_id = "getJob", tag = "Tag::Jobs")]
    async fn get(
        &self,
        member: may::VpsRead,
        app: Data<&Shared>,
        /// The job's id.
        id: Path<Id<JobId>>,
    ) -> Done<Job> {
        Ok(Answer::new(domain::work::get(&app.ctx, &member.actor(), id.0.0).await?.into()))
    }
}
