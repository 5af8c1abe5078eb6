//! The timeline: what a job is about to do, and what it did.

use entity::job_step::StepPhase;
use sea_orm::ConnectionTrait;
use serde_json::{Value as Json, json};

use super::claim::Claim;
use crate::db;
use crate::error::{Error, Result};

/// Fails when the claim is no longer this worker's, and otherwise keeps it until the
/// transaction ends.
///
/// # Errors
/// `fenced`.
pub async fn fence(tx: &impl ConnectionTrait, claim: &Claim) -> Result<()> {
    let held: Option<i32> = db::scalar(
        tx,
        db::sql(
            "select 1 from job where id = $1 and lease_token = $2 and state = 'running' for update",
            [claim.id.into(), claim.lease_token.into()],
        ),
    )
    .await?;
    held.map(|_| ()).ok_or_else(Error::fenced)
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
    let held: Option<i64> = db::scalar(
        tx,
        db::sql(
            "with held as (update job set step = greatest(step, $9) where id = $1 and lease_token = $2 and state = 'running' returning id), \
                  told as (insert into job_step (job_id, step, lease_token, phase, name, words, external_ref, detail) \
                           select id, $3, $2, $4, $5, $6, $7, $8 from held on conflict do nothing) \
             select count(*) from held",
            [claim.id.into(), claim.lease_token.into(), step.into(), phase.into(), name.into(), words.into(), external_ref.into(), detail.into(), next.into()],
        ),
    )
    .await?;
    if held == Some(1) { Ok(()) } else { Err(Error::fenced()) }
}

/// Says how far the job is, in percent and words; pages show it live.
///
/// # Errors
/// `fenced`.
pub async fn progress(tx: &impl ConnectionTrait, claim: &Claim, percent: u8, words: &str) -> Result<()> {
    let held = db::exec(
        tx,
        db::sql(
            "update job set progress = $3 where id = $1 and lease_token = $2 and state = 'running'",
            [claim.id.into(), claim.lease_token.into(), json!({ "percent": percent.min(100), "words": words }).into()],
        ),
    )
    .await?;
    if held == 1 { Ok(()) } else { Err(Error::fenced()) }
}

/// Keeps what the job learnt, for whoever goes on with it, fenced.
///
/// # Errors
/// `fenced`.
pub async fn remember(tx: &impl ConnectionTrait, claim: &Claim, step_data: &Json) -> Result<()> {
    let held = db::exec(
        tx,
        db::sql(
            "update job set step_data = $3 where id = $1 and lease_token = $2 and state = 'running'",
            [claim.id.into(), claim.lease_token.into(), step_data.clone().into()],
        ),
    )
    .await?;
    if held == 1 { Ok(()) } else { Err(Error::fenced()) }
}
