//! One job from claim to settlement.

use std::panic::AssertUnwindSafe;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use domain::activity::{self, Event};
use domain::jobs::{self as ledger, Claim, Failure, Job, LeaseTimes, NewCall, RunEnd, Tally};
use domain::{CloudId, Ctx, Error, ErrorKind, EventStatus, JobId, Result};
use futures::FutureExt as _;
use jobs::{Env, Outcome, Running};
use tokio::time::timeout;
use tracing::Instrument as _;

use crate::batch::Batcher;
use crate::connection::{Connection, PATIENCE};
use crate::leases::Leases;

/// A run is settled within this or not at all: longer than a worker's statement may take (30 s).
const SETTLE: Duration = Duration::from_secs(35);
/// Jobs claimed or settled by one statement.
const BATCH: usize = 64;

/// Runs jobs: claims, beats and settlements of all that run at the same time go together.
#[derive(Clone, Debug)]
pub struct Runner {
    env: Env,
    claims: Batcher<(JobId, Arc<str>), Option<Claim>>,
    settlements: Batcher<(JobId, i64), bool>,
    leases: Leases,
    tally: Arc<Mutex<Tally>>,
}

impl Runner {
    /// A runner; its tasks end with its last clone.
    #[must_use]
    pub fn new(env: Env, times: LeaseTimes) -> Self {
        let (claiming, settling) = (Arc::new(Connection::new(&env.ctx)), Arc::new(Connection::new(&env.ctx)));
        Self {
            claims: Batcher::new(BATCH, move |asked| claim(claiming.clone(), asked, times.lease)),
            settlements: Batcher::new(BATCH, move |asked| succeed(settling.clone(), asked)),
            leases: Leases::new(&env.ctx, times),
            tally: Arc::default(),
            env,
        }
    }

    /// Claims a job and runs it, if it is still to be had. Never fails: what goes wrong here is
    /// written to the log, and the lease lapses.
    pub async fn run(&self, owner: &Arc<str>, id: JobId) {
        let Some(Some(claim)) = self.claims.ask((id, owner.clone())).await else { return };
        let span = tracing::info_span!("job", job.id = %id, job.kind = claim.kind, job.token = claim.lease_token);
        // The run is the caller's child, and what it enqueues is the run's.
        runtime::telemetry::trace::follow(&span, claim.traceparent.as_deref());
        let trace = runtime::telemetry::trace::traceparent(&span).or_else(|| claim.traceparent.clone());
        domain::trace::scope(trace, Box::pin(self.run_claimed(claim))).instrument(span).await;
    }

    /// What was counted since the last call.
    pub fn take_tally(&self) -> Tally {
        std::mem::take(&mut *self.tally.lock().unwrap_or_else(PoisonError::into_inner))
    }

    async fn run_claimed(&self, claim: Claim) {
        let began = Instant::now();
        let cancel = Arc::new(AtomicBool::new(false));
        let lease = self.leases.keep(&claim, cancel.clone());
        let running = Running::new(self.env.clone(), claim.clone(), cancel);
        let calls = running.calls();
        tracing::debug!("job begins");
        let outcome = tokio::select! {
            outcome = AssertUnwindSafe(jobs::run(running)).catch_unwind() => outcome,
            () = lease.lost() => Ok(Outcome::Fenced),
        };
        if let Ok(outcome) = &outcome {
            self.count(&claim, outcome, began.elapsed());
        }
        let settled = timeout(SETTLE, self.end(&claim, outcome.ok(), &calls.take())).await;
        drop(lease);
        if let Err(error) = settled.unwrap_or_else(|_| Err(Error::unavailable()))
            && error.kind != ErrorKind::Fenced
        {
            tracing::error!(%error, "the job could not be settled; its lease lapses and it runs again");
        }
    }

    /// Writes down what was asked of the provider, and how the run ended; none: the handler panicked.
    async fn end(&self, claim: &Claim, outcome: Option<Outcome>, calls: &[NewCall]) -> Result<()> {
        if let Err(error) = ledger::keep_calls(&self.env.ctx, claim, calls).await {
            tracing::warn!(%error, "what was asked of the provider could not be kept");
        }
        if let Some(outcome) = outcome {
            self.settle(claim, outcome).await
        } else {
            tracing::error!("the handler panicked");
            ledger::abandon(&self.env.ctx.db, claim).await
        }
    }

    fn count(&self, claim: &Claim, outcome: &Outcome, ran: Duration) {
        let (word, end) = judge(outcome);
        let waited = Duration::from_secs_f64(claim.waited_s.max(0.0));
        metrics::counter!("jobs_total", "kind" => claim.kind.clone(), "outcome" => word).increment(1);
        metrics::histogram!("job_run_seconds", "kind" => claim.kind.clone()).record(ran.as_secs_f64());
        metrics::histogram!("job_wait_seconds", "kind" => claim.kind.clone()).record(waited.as_secs_f64());
        if let Some(end) = end {
            let mut tally = self.tally.lock().unwrap_or_else(PoisonError::into_inner);
            tally.count(&claim.kind, &claim.queue, claim.cloud_id, end, waited, ran);
        }
        match last(outcome) {
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
    async fn settle(&self, claim: &Claim, outcome: Outcome) -> Result<()> {
        let ctx = &self.env.ctx;
        match outcome {
            Outcome::Done => {
                self.settlements.ask((claim.id, claim.lease_token)).await;
                Ok(())
            }
            Outcome::Wait { pause, step_data } => wait(ctx, claim, pause, &step_data).await,
            Outcome::Retry { failure, pause, counts } => {
                ledger::retry_later(&ctx.db, claim, &failure, pause, counts).await
            }
            Outcome::Cancelled => ledger::cancelled(&ctx.db, claim).await,
            Outcome::Fail(failure) if must_not_fail(claim) => give_up(ctx, claim, &failure, true).await,
            Outcome::Fail(failure) => give_up(ctx, claim, &failure, false).await,
            Outcome::Stick(failure) => give_up(ctx, claim, &failure, true).await,
            Outcome::Refused { cloud, next } => {
                pause_cloud(ctx, claim, cloud).await?;
                Box::pin(self.settle(claim, *next)).await
            }
            Outcome::Fenced => Ok(()),
        }
    }
}

/// Claims and runs one job by itself, as tests and the demonstration do.
pub async fn execute(env: &Env, times: &LeaseTimes, owner: &str, id: JobId) {
    Runner::new(env.clone(), *times).run(&owner.into(), id).await;
}

async fn claim(db: Arc<Connection>, asked: Vec<(JobId, Arc<str>)>, lease: Duration) -> Vec<Option<Claim>> {
    let wanted: Vec<(JobId, &str)> = asked.iter().map(|(id, owner)| (*id, &**owner)).collect();
    let claimed = db.ask(PATIENCE, async |ctx| ledger::claim_many(&ctx.db, &wanted, lease).await).await;
    let mut claims = match claimed {
        Ok(claims) => claims,
        Err(error) => {
            tracing::warn!(rings = asked.len(), %error, "rings could not be answered; they are repeated");
            Vec::new()
        }
    };
    // Of two rings of one job, the first has the claim.
    asked
        .iter()
        .map(|(id, _)| claims.iter().position(|claim| claim.id == *id).map(|place| claims.swap_remove(place)))
        .collect()
}

async fn succeed(db: Arc<Connection>, asked: Vec<(JobId, i64)>) -> Vec<bool> {
    match db.ask(PATIENCE, async |ctx| ledger::succeed_many(&ctx.db, &asked).await).await {
        Ok(done) => asked.iter().map(|(id, _)| done.contains(id)).collect(),
        Err(error) => {
            tracing::error!(jobs = asked.len(), %error, "jobs could not be settled; their leases lapse and they run again");
            vec![false; asked.len()]
        }
    }
}

/// The word for a run, and what charts count it as; one that passed to another worker is not
/// counted here.
fn judge(outcome: &Outcome) -> (&'static str, Option<RunEnd>) {
    match outcome {
        Outcome::Done => ("done", Some(RunEnd::Done)),
        Outcome::Wait { .. } => ("wait", Some(RunEnd::Waiting)),
        Outcome::Retry { .. } => ("retry", Some(RunEnd::Retried)),
        Outcome::Fail(_) => ("failed", Some(RunEnd::Failed)),
        Outcome::Cancelled => ("cancelled", Some(RunEnd::Waiting)),
        Outcome::Stick(_) => ("stuck", Some(RunEnd::Failed)),
        Outcome::Refused { next, .. } => judge(next),
        Outcome::Fenced => ("fenced", None),
    }
}

fn last(outcome: &Outcome) -> &Outcome {
    match outcome {
        Outcome::Refused { next, .. } => last(next),
        other => other,
    }
}

/// A job that waits for a machine is told by whoever watches the machine's cloud; its own pause
/// is for when nobody does.
async fn wait(ctx: &Ctx, claim: &Claim, pause: Duration, step_data: &serde_json::Value) -> Result<()> {
    let watched = claim.cloud_id.filter(|_| claim.params.get("vps").is_some());
    let Some(cloud) = watched else {
        return ledger::wait(&ctx.db, claim, pause, step_data).await;
    };
    let tx = ctx.begin().await?;
    ledger::wait(&tx, claim, pause, step_data).await?;
    domain::cloud::watch(ctx, &tx, cloud).await?;
    tx.commit().await?;
    Ok(())
}

async fn pause_cloud(ctx: &Ctx, claim: &Claim, cloud: CloudId) -> Result<()> {
    let tx = ctx.begin().await?;
    domain::cloud::pause_for_credentials(&tx, cloud, claim.id).await?;
    tx.commit().await?;
    Ok(())
}

/// Charges and deletions are never given up silently: a person sees to them.
fn must_not_fail(claim: &Claim) -> bool {
    Job::from_row(&claim.kind, &claim.params).is_ok_and(|job| job.must_not_fail())
}

async fn give_up(ctx: &Ctx, claim: &Claim, failure: &Failure, stuck: bool) -> Result<()> {
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
