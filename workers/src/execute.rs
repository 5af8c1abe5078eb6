//! One job from claim to settlement.

use std::panic::AssertUnwindSafe;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use domain::queue::{self, Claim, LeaseTimes, NewCall, RunTally};
use domain::work::{self, Claimed, Outcome, Settlement};
use domain::{Error, ErrorKind, JobId, Result};
use futures::FutureExt as _;
use jobs::{Env, Running};
use tokio::time::{sleep, timeout};
use tracing::Instrument as _;

use crate::batch::Batcher;
use crate::connection::{GuardedConnection, PATIENCE};
use crate::leases::Leases;

/// A run is settled within this or not at all: longer than a worker's statement may take (30 s).
const SETTLE: Duration = Duration::from_secs(35);
/// The pause before a settlement that got no answer is tried again.
const SETTLE_AGAIN: Duration = Duration::from_millis(250);
/// Jobs claimed or settled by one statement.
const BATCH: usize = 64;

/// Runs jobs: claims, beats and settlements of all that run at the same time go together.
#[derive(Clone, Debug)]
pub struct Runner {
    env: Env,
    claims: Batcher<(JobId, Arc<str>), Option<Claimed>>,
    settlements: Batcher<(JobId, i64), bool>,
    leases: Leases,
    tally: Arc<Mutex<RunTally>>,
}

impl Runner {
    /// A runner; its tasks end with its last clone.
    #[must_use]
    pub fn new(env: Env, times: LeaseTimes) -> Self {
        let (claiming, settling) =
            (Arc::new(GuardedConnection::new(&env.ctx)), Arc::new(GuardedConnection::new(&env.ctx)));
        Self {
            claims: Batcher::new(BATCH, move |asked| claim(claiming.clone(), asked, times.lease)),
            settlements: Batcher::new(BATCH, move |asked| succeed(settling.clone(), asked)),
            leases: Leases::new(&env.ctx, times),
            tally: Arc::default(),
            env,
        }
    }

    /// Claims a job and runs it, if it can still be claimed. Never fails: what goes wrong here is written to the log,
    /// and
    /// the lease lapses.
    pub async fn run(&self, owner: &Arc<str>, id: JobId) {
        let Some(Some(claimed)) = self.claims.ask((id, owner.clone())).await else { return };
        let claim = &claimed.claim;
        let span = tracing::info_span!("job", job.id = %id, job.kind = claim.kind, job.token = claim.lease_token);
        // The run is the caller's child, and what it enqueues is the run's.
        runtime::telemetry::trace::follow(&span, claim.traceparent.as_deref());
        let trace = runtime::telemetry::trace::traceparent(&span).or_else(|| claim.traceparent.clone());
        domain::trace::scope(trace, Box::pin(self.run_claimed(claimed))).instrument(span).await;
    }

    /// What was counted since the last call.
    pub fn take_tally(&self) -> RunTally {
        std::mem::take(&mut *self.tally.lock().unwrap_or_else(PoisonError::into_inner))
    }

    async fn run_claimed(&self, claimed: Claimed) {
        let began = Instant::now();
        let cancel = Arc::new(AtomicBool::new(false));
        let lease = self.leases.keep(&claimed.claim, cancel.clone());
        let running = Running::new(self.env.clone(), claimed.clone(), cancel);
        let calls = running.calls();
        tracing::debug!("job begins");
        let settlement = tokio::select! {
            settlement = AssertUnwindSafe(jobs::run(running)).catch_unwind() => settlement.ok(),
            () = lease.lost() => Some(Outcome::Fenced.into()),
        };
        if let Some(settlement) = &settlement {
            self.count(&claimed.claim, &settlement.outcome, began.elapsed());
        }
        let settled = timeout(SETTLE, self.end(&claimed, settlement, &calls.take())).await;
        drop(lease);
        if let Err(error) = settled.unwrap_or_else(|_| Err(Error::unavailable()))
            && error.kind != ErrorKind::Fenced
        {
            tracing::error!(%error, "the job could not be settled; its lease lapses and it runs again");
        }
    }

    /// Writes down what was asked of the provider, and how the run ended; none: the handler panicked.
    async fn end(&self, claimed: &Claimed, settlement: Option<Settlement>, calls: &[NewCall]) -> Result<()> {
        let (ctx, claim) = (&self.env.ctx, &claimed.claim);
        if let Err(error) = queue::keep_calls(ctx, claim, calls).await {
            tracing::warn!(%error, "what was asked of the provider could not be stored");
        }
        match settlement {
            // The most by far: together with whatever else is done at this moment.
            Some(Settlement { outcome: Outcome::Done, refused: None }) => {
                self.settlements.ask((claim.id, claim.lease_token)).await;
                Ok(())
            }
            Some(settlement) => surely(|| work::settle(ctx, claimed, settlement.clone())).await,
            None => {
                tracing::error!("the handler panicked");
                surely(|| queue::abandon(&ctx.db, claim)).await
            }
        }
    }

    fn count(&self, claim: &Claim, outcome: &Outcome, ran: Duration) {
        let word = outcome.word();
        let waited = Duration::from_secs_f64(claim.waited_s.max(0.0));
        metrics::counter!("jobs_total", "kind" => claim.kind.clone(), "outcome" => word).increment(1);
        metrics::histogram!("job_run_seconds", "kind" => claim.kind.clone()).record(ran.as_secs_f64());
        metrics::histogram!("job_wait_seconds", "kind" => claim.kind.clone()).record(waited.as_secs_f64());
        if let Some(end) = outcome.counted_as() {
            let mut tally = self.tally.lock().unwrap_or_else(PoisonError::into_inner);
            tally.count(&claim.kind, &claim.queue, claim.cloud_id, end, waited, ran);
        }
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
}

/// Claims and runs one job by itself, as tests and the demonstration do.
pub async fn execute(env: &Env, times: &LeaseTimes, owner: &str, id: JobId) {
    Runner::new(env.clone(), *times).run(&owner.into(), id).await;
}

async fn claim(db: Arc<GuardedConnection>, asked: Vec<(JobId, Arc<str>)>, lease: Duration) -> Vec<Option<Claimed>> {
    let wanted: Vec<(JobId, &str)> = asked.iter().map(|(id, owner)| (*id, &**owner)).collect();
    let claimed = db.ask(PATIENCE, async |ctx| work::claim_many(&ctx.db, &wanted, lease).await).await;
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
        .map(|(id, _)| claims.iter().position(|one| one.claim.id == *id).map(|place| claims.swap_remove(place)))
        .collect()
}

async fn succeed(db: Arc<GuardedConnection>, asked: Vec<(JobId, i64)>) -> Vec<bool> {
    let asking = surely(|| db.ask(PATIENCE, async |ctx| queue::succeed_many(&ctx.db, &asked).await));
    match timeout(SETTLE, asking).await.unwrap_or_else(|_| Err(Error::unavailable())) {
        Ok(done) => asked.iter().map(|(id, _)| done.contains(id)).collect(),
        Err(error) => {
            tracing::error!(jobs = asked.len(), %error, "jobs could not be settled; their leases lapse and they run \
                                                         again");
            vec![false; asked.len()]
        }
    }
}

/// Settles until the database has answered: the lease is kept meanwhile, and every settlement is fenced by its token,
/// so one that was stored although its answer was lost is refused the second time.
async fn surely<T, F: Future<Output = Result<T>>>(settle: impl Fn() -> F) -> Result<T> {
    loop {
        match settle().await {
            Err(error) if error.kind == ErrorKind::Unavailable => {
                tracing::warn!(%error, "a settlement got no answer; it is tried again");
                sleep(SETTLE_AGAIN).await;
            }
            settled => return settled,
        }
    }
}
