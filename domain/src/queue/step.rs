//! The timeline: what a job is about to do, and what it did.

use chrono::{DateTime, Utc};
use entity::JobId;
use entity::job_step::StepPhase;
use sea_orm::ConnectionTrait;
use serde_json::{Value as Json, json};

use super::claim::Claim;
use crate::error::{Error, Result};
use crate::{Ctx, db};

/// Lines of a timeline that are shown at most, of all jobs that are asked for together.
const MAX_SHOWN: i64 = 2_000;

db::row! {
    /// One line of a timeline.
    #[derive(Clone, Debug)]
    pub struct StepRow {
        /// The job.
        pub job_id: JobId,
        /// The step's place in its kind, from 0.
        pub step: i16,
        /// Which claim did it: the attempt, from 1.
        pub lease_token: i64,
        /// What happened to it.
        pub phase: StepPhase,
        /// The step's name.
        pub name: String,
        /// The same in words for people.
        pub words: Option<String>,
        /// Details for administrators.
        pub detail: Option<Json>,
        /// When, by `PostgreSQL`'s own clock.
        pub at: DateTime<Utc>,
    }
}

/// Fails when the claim is no longer this worker's, and otherwise keeps it until the transaction ends.
///
/// # Errors
/// `fenced`.
pub async fn fence(tx: &impl ConnectionTrait, claim: &Claim) -> Result<()> {
    lock_held(claim.id, claim.lease_token).one(tx).await?.map(|_| ()).ok_or_else(Error::fenced)
}

/// Writes a step into the timeline, fenced.
///
/// # Errors
/// `fenced`.
pub async fn record_step(
    tx: &impl ConnectionTrait,
    claim: &Claim,
    step: i16,
    name: &str,
    phase: StepPhase,
    words: &str,
) -> Result<()> {
    record_step_with(tx, claim, step, name, phase, words, None, json!({})).await
}

/// Writes a step with the provider's reference and details, fenced.
///
/// # Errors
/// `fenced`.
#[expect(clippy::too_many_arguments, reason = "one row, one column each")]
pub async fn record_step_with(
    tx: &impl ConnectionTrait,
    claim: &Claim,
    step: i16,
    name: &str,
    phase: StepPhase,
    words: &str,
    external_ref: Option<&str>,
    detail: Json,
) -> Result<()> {
    let next = if phase == StepPhase::Done { step + 1 } else { step };
    let token = claim.lease_token;
    let held = insert_step(claim.id, token, step, phase, name, words, external_ref, detail, next).only(tx).await?;
    if held == 1 { Ok(()) } else { Err(Error::fenced()) }
}

/// Says how far the job is, in percent and words; pages show it live.
///
/// # Errors
/// `fenced`.
pub async fn progress(tx: &impl ConnectionTrait, claim: &Claim, percent: u8, words: &str) -> Result<()> {
    let progress = json!({ "percent": percent.min(100), "words": words });
    let held = set_progress(claim.id, claim.lease_token, progress).exec(tx).await?;
    if held == 1 { Ok(()) } else { Err(Error::fenced()) }
}

/// Stores what the job learnt, for the run that continues it, fenced.
///
/// # Errors
/// `fenced`.
pub async fn remember(tx: &impl ConnectionTrait, claim: &Claim, step_data: &Json) -> Result<()> {
    let held = set_step_data(claim.id, claim.lease_token, step_data.clone()).exec(tx).await?;
    if held == 1 { Ok(()) } else { Err(Error::fenced()) }
}

/// The timelines of these jobs, the earliest line of each first.
///
/// # Errors
/// When the database does not answer.
pub async fn steps_of(ctx: &Ctx, ids: &[JobId]) -> Result<Vec<StepRow>> {
    select_steps(ids, MAX_SHOWN).all(&ctx.db).await
}

/// The timeline of a job in the archive.
///
/// # Errors
/// When the database does not answer.
pub async fn archived_steps(ctx: &Ctx, id: JobId) -> Result<Vec<StepRow>> {
    select_archived_steps(id, MAX_SHOWN).all(&ctx.db).await
}

db::statement! {
    fn lock_held(id: JobId, token: i64) -> i32 =
        "select 1 from job where id = $1 and lease_token = $2 and state = 'running' for update";

    #[expect(clippy::too_many_arguments, reason = "one for each column")]
    fn insert_step(
        id: JobId,
        token: i64,
        step: i16,
        phase: StepPhase,
        name: &str,
        words: &str,
        external_ref: Option<&str>,
        detail: Json,
        next: i16,
    ) -> i64 = file "insert_step.sql";

    fn set_progress(id: JobId, token: i64, progress: Json) =
        "update job set progress = $3 where id = $1 and lease_token = $2 and state = 'running'";

    fn set_step_data(id: JobId, token: i64, step_data: Json) =
        "update job set step_data = $3 where id = $1 and lease_token = $2 and state = 'running'";

    fn select_steps(ids: &[JobId], limit: i64) -> StepRow =
        "select job_id, step, lease_token, phase, name, words, detail, at
         from job_step where job_id = any($1) order by job_id, at limit $2";

    fn select_archived_steps(id: JobId, limit: i64) -> StepRow =
        "select job_id, step, lease_token, phase, name, words, detail, at
         from job_step_archive where job_id = $1 order by at limit $2";
}
