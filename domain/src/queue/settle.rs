//! How a claim ends. Each function is fenced: with an old token it changes nothing and says so.

use std::time::Duration;

use entity::JobId;
use entity::job_step::StepPhase;
use sea_orm::ConnectionTrait;
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::claim::Claim;
use super::step::record_step_with;
use crate::db::{self, Query};
use crate::error::{Error, Result};

/// Why a job did not do what it should, in three voices.
#[derive(Clone, Debug)]
pub struct Failure {
    /// A stable word for programs.
    pub code: String,
    /// Words for the customer: no supplier's name.
    pub customer: String,
    /// Words that an admin can act on.
    pub admin: String,
    /// The provider's id of the request that failed.
    pub provider_request_id: Option<String>,
}

impl Failure {
    fn to_json(&self) -> Json {
        json!({ "customer": self.customer, "admin": self.admin, "provider_request_id": self.provider_request_id })
    }
}

/// These claims did what they should, and have nothing to tell. One statement for all; the answer has those that were
/// still held.
///
/// # Errors
/// When the database does not answer.
pub async fn succeed_many(db: &impl ConnectionTrait, leases: &[(JobId, i64)]) -> Result<Vec<JobId>> {
    let (ids, tokens): (Vec<JobId>, Vec<i64>) = leases.iter().copied().unzip();
    let settled = settle_many_succeeded(&ids, tokens).only(db).await?;
    Ok(settled.into_iter().map(JobId).collect())
}

/// The job did what it should.
///
/// # Errors
/// `fenced`.
pub async fn succeed(tx: &impl ConnectionTrait, claim: &Claim, result: Option<Json>) -> Result<()> {
    held(tx, settle_succeeded(claim.id, claim.lease_token, result)).await
}

/// The job looks again after a while; that is no attempt, and holds no worker. `step_data` is an object; the instant of
/// the wait is added to it as `since`, in seconds of the epoch.
///
/// # Errors
/// `fenced`.
pub async fn wait(tx: &impl ConnectionTrait, claim: &Claim, pause: Duration, step_data: &Json) -> Result<()> {
    held(tx, settle_waiting(claim.id, claim.lease_token, pause.as_secs_f64(), step_data.clone())).await
}

/// The job failed temporarily and is tried again after a while.
///
/// # Errors
/// `fenced`.
pub async fn retry_later(
    tx: &impl ConnectionTrait,
    claim: &Claim,
    failure: &Failure,
    pause: Duration,
    counts: bool,
) -> Result<()> {
    note_failure(tx, claim, failure).await?;
    let (pause_s, error) = (pause.as_secs_f64(), failure.to_json());
    held(tx, settle_retry(claim.id, claim.lease_token, pause_s, error, counts.into(), &failure.code)).await
}

/// The job failed for good, and what it did is undone.
///
/// # Errors
/// `fenced`.
pub async fn fail(tx: &impl ConnectionTrait, claim: &Claim, failure: &Failure) -> Result<()> {
    note_failure(tx, claim, failure).await?;
    held(tx, settle_failed(claim.id, claim.lease_token, failure.to_json(), &failure.code)).await
}

/// The job ended on an administrator's word, and what it did is undone.
///
/// # Errors
/// `fenced`.
pub async fn cancelled(tx: &impl ConnectionTrait, claim: &Claim) -> Result<()> {
    held(tx, settle_cancelled(claim.id, claim.lease_token)).await
}

/// The job needs attention: it goes no further until an administrator decides.
///
/// # Errors
/// `fenced`.
pub async fn stick(tx: &impl ConnectionTrait, claim: &Claim, failure: &Failure) -> Result<()> {
    note_failure(tx, claim, failure).await?;
    held(tx, settle_stuck(claim.id, claim.lease_token, failure.to_json(), &failure.code)).await
}

/// The timeline tells of the failure: the customer's words for all, the admin's in the detail.
async fn note_failure(tx: &impl ConnectionTrait, claim: &Claim, failure: &Failure) -> Result<()> {
    let detail =
        json!({ "code": failure.code, "error": failure.admin, "provider_request_id": failure.provider_request_id });
    record_step_with(tx, claim, claim.step, "run", StepPhase::Failed, &failure.customer, None, detail).await
}

async fn held(tx: &impl ConnectionTrait, settlement: Query<JobId>) -> Result<()> {
    settlement.one(tx).await?.map(|_| ()).ok_or_else(Error::fenced)
}

db::statement! {
    fn settle_many_succeeded(ids: &[JobId], tokens: Vec<i64>) -> Vec<Uuid> = file "settle_many_succeeded.sql";

    fn settle_succeeded(id: JobId, token: i64, result: Option<Json>) -> JobId =
        "update job set state = 'succeeded', finished_at = clock_timestamp(), result = $3, progress = null,
           error = null, error_code = null,",
        file "settled.sql";

    fn settle_waiting(id: JobId, token: i64, pause_s: f64, step_data: Json) -> JobId =
        "update job set state = 'waiting', run_at = now() + make_interval(secs => $3), dispatched_at = null,
           step_data = $4 || jsonb_build_object('since', extract(epoch from clock_timestamp())),",
        file "settled.sql";

    fn settle_retry(id: JobId, token: i64, pause_s: f64, error: Json, counts: i32, code: &str) -> JobId =
        "update job set state = 'retry', run_at = now() + make_interval(secs => $3), dispatched_at = null,
           attempts = attempts + $5, error = $4, error_code = $6,",
        file "settled.sql";

    fn settle_failed(id: JobId, token: i64, error: Json, code: &str) -> JobId =
        "update job set state = 'failed', finished_at = clock_timestamp(), attempts = attempts + 1,
           error = $3, error_code = $4, progress = null,",
        file "settled.sql";

    fn settle_cancelled(id: JobId, token: i64) -> JobId =
        "update job set state = 'cancelled', finished_at = clock_timestamp(), progress = null,",
        file "settled.sql";

    fn settle_stuck(id: JobId, token: i64, error: Json, code: &str) -> JobId =
        "update job set state = 'stuck', error = $3, error_code = $4,",
        file "settled.sql";
}
