//! One job from claim to settlement.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use domain::activity::{self, Event};
use domain::jobs::{self as ledger, Beat, Claim, Failure, Job, LeaseTimes};
use domain::{Ctx, ErrorKind, EventStatus, JobId};
use futures::FutureExt as _;
use jobs::{Env, Outcome, Running};
use tracing::Instrument as _;

/// Claims a job and runs it, if it is still to be had. Never fails: what goes wrong here is
/// written to the log, and the lease lapses.
pub async fn execute(env: &Env, times: &LeaseTimes, owner: &str, id: JobId) {
    let claim = match ledger::claim(&env.ctx.db, id, owner, times.lease).await {
        Ok(Some(claim)) => claim,
        Ok(None) => return,
        Err(error) => {
            tracing::warn!(job.id = %id, %error, "a ring could not be answered; it is repeated");
            return;
        }
    };
    let span = tracing::info_span!("job", job.id = %id, job.kind = claim.kind, job.token = claim.lease_token);
    run_claimed(env, times, claim).instrument(span).await;
}

async fn run_claimed(env: &Env, times: &LeaseTimes, claim: Claim) {
    let began = Instant::now();
    let cancel = Arc::new(AtomicBool::new(false));
    let running = Running::new(env.clone(), claim.clone(), cancel.clone());
    let outcome = tokio::select! {
        outcome = AssertUnwindSafe(jobs::run(running)).catch_unwind() => outcome,
        () = keep(&env.ctx, times, &claim, &cancel) => Ok(Outcome::Fenced),
    };
    let settled = if let Ok(outcome) = outcome {
        record(&claim, &outcome, began);
        settle(&env.ctx, &claim, outcome).await
    } else {
        tracing::error!("the handler panicked");
        ledger::abandon(&env.ctx.db, &claim).await
    };
    if let Err(error) = settled
        && error.kind != ErrorKind::Fenced
    {
        tracing::error!(%error, "the job could not be settled; its lease lapses and it runs again");
    }
}

/// Renews the lease until it is lost.
async fn keep(ctx: &Ctx, times: &LeaseTimes, claim: &Claim, cancel: &AtomicBool) {
    let mut held_at = Instant::now();
    loop {
        tokio::time::sleep(times.beat).await;
        match ledger::beat(&ctx.db, claim.id, claim.lease_token, times.lease).await {
            Ok(Beat::Held) => held_at = Instant::now(),
            Ok(Beat::CancelRequested) => {
                held_at = Instant::now();
                cancel.store(true, Ordering::Relaxed);
            }
            Err(error) if held_at.elapsed() < times.lease => {
                tracing::warn!(%error, "the lease could not be renewed yet");
            }
            // Taken by another worker, ended by somebody, or lapsed: the handler is dropped where it is.
            Ok(Beat::Lost) | Err(_) => return,
        }
    }
}

fn record(claim: &Claim, outcome: &Outcome, began: Instant) {
    let word = match outcome {
        Outcome::Done => "done",
        Outcome::Wait { .. } => "wait",
        Outcome::Retry { .. } => "retry",
        Outcome::Fail(_) => "failed",
        Outcome::Cancelled => "cancelled",
        Outcome::Stick(_) => "stuck",
        Outcome::Fenced => "fenced",
        Outcome::Refused { .. } => "refused",
    };
    metrics::counter!("jobs_total", "kind" => claim.kind.clone(), "outcome" => word).increment(1);
    metrics::histogram!("job_run_seconds", "kind" => claim.kind.clone()).record(began.elapsed().as_secs_f64());
    match outcome {
        Outcome::Fail(failure) | Outcome::Stick(failure) => {
            tracing::warn!(outcome = word, code = failure.code, reason = failure.admin, "job ended");
        }
        Outcome::Retry { failure, pause, .. } => {
            tracing::info!(outcome = word, code = failure.code, reason = failure.admin, ?pause, "job ended");
        }
        _ => tracing::debug!(outcome = word, "job ended"),
    }
}

/// Writes how the run ended. A handler that settled in the transaction of its effect is fenced
/// here, which is as it should be.
async fn settle(ctx: &Ctx, claim: &Claim, outcome: Outcome) -> domain::Result<()> {
    match outcome {
        Outcome::Done => ledger::succeed(&ctx.db, claim, None).await,
        Outcome::Wait { pause, step_data } => ledger::wait(&ctx.db, claim, pause, &step_data).await,
        Outcome::Retry { failure, pause, counts } => ledger::retry_later(&ctx.db, claim, &failure, pause, counts).await,
        Outcome::Cancelled => ledger::cancelled(&ctx.db, claim).await,
        Outcome::Fail(failure) if must_not_fail(claim) => end(ctx, claim, &failure, true).await,
        Outcome::Fail(failure) => end(ctx, claim, &failure, false).await,
        Outcome::Stick(failure) => end(ctx, claim, &failure, true).await,
        Outcome::Fenced => Ok(()),
        Outcome::Refused { next, .. } => Box::pin(settle(ctx, claim, *next)).await,
    }
}

/// Charges and deletions are never given up silently: a person sees to them.
fn must_not_fail(claim: &Claim) -> bool {
    matches!(Job::from_row(&claim.kind, &claim.params), Ok(Job::ChargeUsage { .. } | Job::DeleteVps { .. }))
}

async fn end(ctx: &Ctx, claim: &Claim, failure: &Failure, stuck: bool) -> domain::Result<()> {
    let tx = ctx.begin().await?;
    if stuck {
        ledger::stick(&tx, claim, failure).await?;
    } else {
        ledger::fail(&tx, claim, failure).await?;
    }
    let (event, words) = if stuck { ("job.stuck", "needs a person") } else { ("job.failed", "failed") };
    let mut told = Event::new(event, EventStatus::Error, format!("{} {words}: {}", claim.kind, failure.customer))
        .org(claim.org_id)
        .job(claim.id);
    told = match claim.params.get("vps").and_then(|id| id.as_str()).and_then(|id| id.parse::<domain::VpsId>().ok()) {
        Some(vps) => told.entity("vps", vps),
        None => told.entity("job", claim.id),
    };
    activity::record(&tx, told).await?;
    tx.commit().await?;
    Ok(())
}
