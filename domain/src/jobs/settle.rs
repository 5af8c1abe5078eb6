//! How a claim ends. Each function is fenced: with an old token it changes nothing and says so.

use std::time::Duration;

use entity::JobId;
use entity::job_step::StepPhase;
use sea_orm::{ConnectionTrait, Value};
use serde_json::{Value as Json, json};

use super::claim::{Claim, columns};
use super::step::record_step_with;
use crate::db;
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

const RELEASE: &str = "lease_owner = null, lease_until = null, run_ms = run_ms + (extract(epoch from clock_timestamp() - claimed_at) * 1000)::bigint";

/// These claims did what they should, and have nothing to tell. One statement for all; the answer
/// has those that were still held.
///
/// # Errors
/// When the database does not answer.
pub async fn succeed_many(db: &impl ConnectionTrait, leases: &[(JobId, i64)]) -> Result<Vec<JobId>> {
    let (ids, tokens) = columns(leases);
    let settled: Option<Vec<uuid::Uuid>> = db::scalar(
        db,
        db::sql(
            format!(
                "with mine as (select id from job where id = any($1::uuid[]) and lease_token = ($2::bigint[])[array_position($1, id)] \
                               and lease_until is not null order by id for update), \
                      done as (update job set state = 'succeeded', finished_at = clock_timestamp(), progress = null, error = null, error_code = null, {RELEASE} \
                               where id = any(array(select id from mine)) returning id) \
                 select coalesce(array_agg(id), '{{}}') from done"
            ),
            [ids, tokens],
        ),
    )
    .await?;
    Ok(settled.unwrap_or_default().into_iter().map(JobId).collect())
}

/// The job did what it should.
///
/// # Errors
/// `fenced`.
pub async fn succeed(tx: &impl ConnectionTrait, claim: &Claim, result: Option<Json>) -> Result<()> {
    settle(
        tx,
        claim,
        &format!("state = 'succeeded', finished_at = clock_timestamp(), result = $3, progress = null, error = null, error_code = null, {RELEASE}"),
        vec![result.into()],
    )
    .await
}

/// The job looks again after a while; that is no attempt, and holds no worker. `step_data` is an
/// object; the instant of the wait is added to it as `since`, in seconds of the epoch.
///
/// # Errors
/// `fenced`.
pub async fn wait(tx: &impl ConnectionTrait, claim: &Claim, pause: Duration, step_data: &Json) -> Result<()> {
    settle(
        tx,
        claim,
        &format!("state = 'waiting', run_at = now() + make_interval(secs => $3), step_data = $4 || jsonb_build_object('since', extract(epoch from clock_timestamp())), dispatched_at = null, {RELEASE}"),
        vec![pause.as_secs_f64().into(), step_data.clone().into()],
    )
    .await
}

/// The job failed in passing and is tried again after a while.
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
    settle(
        tx,
        claim,
        &format!(
            "state = 'retry', attempts = attempts + $5, run_at = now() + make_interval(secs => $3), error = $4, error_code = $6, dispatched_at = null, {RELEASE}"
        ),
        vec![pause.as_secs_f64().into(), failure.to_json().into(), i32::from(counts).into(), failure.code.clone().into()],
    )
    .await
}

/// The job failed for good, and what it did is undone.
///
/// # Errors
/// `fenced`.
pub async fn fail(tx: &impl ConnectionTrait, claim: &Claim, failure: &Failure) -> Result<()> {
    note_failure(tx, claim, failure).await?;
    settle(
        tx,
        claim,
        &format!("state = 'failed', finished_at = clock_timestamp(), attempts = attempts + 1, error = $3, error_code = $4, progress = null, {RELEASE}"),
        vec![failure.to_json().into(), failure.code.clone().into()],
    )
    .await
}

/// The job ended on somebody's word, and what it did is undone.
///
/// # Errors
/// `fenced`.
pub async fn cancelled(tx: &impl ConnectionTrait, claim: &Claim) -> Result<()> {
    settle(
        tx,
        claim,
        &format!("state = 'cancelled', finished_at = clock_timestamp(), progress = null, {RELEASE}"),
        vec![],
    )
    .await
}

/// The job needs a person.
///
/// # Errors
/// `fenced`.
pub async fn stick(tx: &impl ConnectionTrait, claim: &Claim, failure: &Failure) -> Result<()> {
    note_failure(tx, claim, failure).await?;
    settle(
        tx,
        claim,
        &format!("state = 'stuck', error = $3, error_code = $4, {RELEASE}"),
        vec![failure.to_json().into(), failure.code.clone().into()],
    )
    .await
}

/// The timeline tells of the failure: the customer's words for all, the admin's in the detail.
async fn note_failure(tx: &impl ConnectionTrait, claim: &Claim, failure: &Failure) -> Result<()> {
    let detail =
        json!({ "code": failure.code, "error": failure.admin, "provider_request_id": failure.provider_request_id });
    record_step_with(tx, claim, claim.step, "run", StepPhase::Failed, &failure.customer, None, detail).await
}

async fn settle(tx: &impl ConnectionTrait, claim: &Claim, set: &str, values: Vec<Value>) -> Result<()> {
    let mut all: Vec<Value> = vec![claim.id.into(), claim.lease_token.into()];
    all.extend(values);
    let settled: Option<JobId> = db::scalar(
        tx,
        db::sql(
            format!("update job set {set} where id = $1 and lease_token = $2 and state = 'running' returning id"),
            all,
        ),
    )
    .await?;
    settled.map(|_| ()).ok_or_else(Error::fenced)
}

/// The handler died in this process: the lease ends at once, and the sweep counts a crash.
///
/// # Errors
/// When the database does not answer.
pub async fn abandon(tx: &impl ConnectionTrait, claim: &Claim) -> Result<()> {
    db::exec(
        tx,
        db::sql("update job set lease_until = now() - interval '1 ms' where id = $1 and lease_token = $2 and state = 'running'", [claim.id.into(), claim.lease_token.into()]),
    )
    .await?;
    Ok(())
}
