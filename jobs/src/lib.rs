//! What happens after the request: one file a kind of job.
//!
//! Invariant: every handler may run twice and may die at any await. It reads the row, does the
//! next step, saves under its token, and continues; no transaction is open while it calls another
//! computer. [`run`] matches every kind, so a kind without a handler does not compile, and
//! every step goes through `Running::begin` or `Running::whole`, so none is without failpoints.

mod billing;
mod cloud;
mod env;
mod failpoint;
mod invoice;
mod ledger;
mod mail;
mod meter;
mod outcome;
mod payment;
mod platform;
mod retry;
mod step;
mod user;
mod vps;

pub use domain::work::{Outcome, steps_of};
pub use env::{Env, MarkStore, Postbox, Press, Waits};
pub use failpoint::{arm, failpoints, fired};
pub use meter::Calls;
pub use outcome::JobError;
pub use payment::PaymentPace;
pub use retry::{FailureClass, FailureRule, Pause, RULES};

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use domain::CloudId;
use domain::cloud::Sighting;
use domain::queue::{Claim, Failure};
use domain::work::{Cancel, Claimed, Ends, Job, Settlement, UnreadableJob};
use meter::CloudMeter;
use providers::{CloudProvider, Meter, ProviderKind};

/// A claimed job in progress, as its handler sees it.
#[derive(Clone, Debug)]
pub struct Running {
    /// What handlers work with.
    pub env: Env,
    /// The claim, with its fence.
    pub claim: Claim,
    job: Result<Job, UnreadableJob>,
    sighting: Option<Sighting>,
    cancel: Arc<AtomicBool>,
    cloud: Arc<SpokenTo>,
    calls: Calls,
}

/// The cloud that a run speaks to.
#[derive(Debug, Default)]
struct SpokenTo {
    id: OnceLock<CloudId>,
    refused: AtomicBool,
}

impl Running {
    /// A claimed job; `cancel` is raised when an administrator asks it to end.
    #[must_use]
    pub fn new(env: Env, claimed: Claimed, cancel: Arc<AtomicBool>) -> Self {
        let Claimed { claim, job, sighting } = claimed;
        Self { env, claim, job, sighting, cancel, cloud: Arc::default(), calls: Calls::default() }
    }

    /// What this run asks of providers, for the record.
    #[must_use]
    pub fn calls(&self) -> Calls {
        self.calls.clone()
    }

    /// A connection to the provider of a cloud. A run speaks for one cloud.
    ///
    /// # Errors
    /// When the cloud no longer exists, or its token or endpoint can't be used.
    pub async fn cloud(&self, cloud: CloudId) -> Result<Box<dyn CloudProvider>, JobError> {
        self.env.cloud(cloud, self.meter(cloud)).await
    }

    /// The same for the validation of the cloud's token, whatever is known of it.
    ///
    /// # Errors
    /// As [`Running::cloud`].
    async fn cloud_to_validate(&self, cloud: CloudId) -> Result<Box<dyn CloudProvider>, JobError> {
        self.env.cloud_to_validate(cloud, self.meter(cloud)).await
    }

    fn meter(&self, cloud: CloudId) -> impl FnOnce(ProviderKind) -> Option<Arc<dyn Meter>> + use<> {
        self.cloud.id.get_or_init(|| cloud);
        let removes = self.should_end() || matches!(self.job, Ok(Job::DeleteVps { .. }));
        let (ctx, calls) = (self.env.ctx.clone(), self.calls.clone());
        move |kind| -> Option<Arc<dyn Meter>> { Some(Arc::new(CloudMeter::new(ctx, kind, cloud, calls, removes))) }
    }

    /// Makes sure that the provider was asked about the account that the cloud has had since its first validation:
    /// another account does not know our machines, and that proves nothing about them.
    ///
    /// # Errors
    /// Of the class of refused tokens where it is another account, so that the cloud's jobs wait.
    async fn asked_our_account(&self, cloud: CloudId, provider: &dyn CloudProvider) -> Result<(), JobError> {
        let account = provider.identity().await?.value.account;
        if domain::cloud::is_its_account(&self.env.ctx, cloud, account.as_deref()).await? {
            return Ok(());
        }
        Err(outcome::other_account().into())
    }

    /// The provider refused the cloud's token.
    fn note_refused(&self) {
        self.cloud.refused.store(true, Ordering::Relaxed);
    }

    /// The cloud whose token was refused in this run.
    fn refused(&self) -> Option<CloudId> {
        self.cloud.id.get().copied().filter(|_| self.cloud.refused.load(Ordering::Relaxed))
    }

    /// Whether the job should take back what it did and end.
    #[must_use]
    pub fn should_end(&self) -> bool {
        self.claim.cancel_requested || self.claim.overdue || self.cancel.load(Ordering::Relaxed)
    }
}

/// Runs the next stretch of a job and says the final word on it.
pub async fn run(mut running: Running) -> Settlement {
    let job = match running.job.clone() {
        Ok(job) => job,
        Err(error) => return Outcome::Stick(unreadable(&running.claim, &error)).into(),
    };
    running.claim.cancel_requested |= running.cancel.load(Ordering::Relaxed);
    let outcome = match end_of(&running, job) {
        Some(end) => end,
        None => Box::pin(dispatch(&running, job)).await.unwrap_or_else(|error| error.into_outcome(&running)),
    };
    let outcome = match outcome {
        // Charges and deletions are never given up silently.
        Outcome::Fail(failure) if job.kind().ends == Ends::Stuck => Outcome::Stick(failure),
        other => other,
    };
    Settlement { outcome, refused: running.refused() }
}

/// How a job ends that was asked to end, or whose deadline has passed, before it continues. Where something must be put
/// right first, the handler does that.
fn end_of(running: &Running, job: Job) -> Option<Outcome> {
    let (kind, claim) = (job.kind(), &running.claim);
    match kind.ends {
        Ends::Stuck => claim.overdue.then(|| Outcome::Stick(outcome::late())),
        Ends::ByItself if kind.cancel == Cancel::TakesBackOrder => None,
        _ if claim.cancel_requested => Some(Outcome::Cancelled),
        Ends::ByItself => None,
        Ends::Failed => claim.overdue.then(|| Outcome::Fail(outcome::late())),
    }
}

async fn dispatch(running: &Running, job: Job) -> Result<Outcome, JobError> {
    match job {
        Job::ValidateCloud { cloud } => cloud::validate::run(running, cloud).await,
        Job::SyncCloud { cloud } => cloud::sync::run(running, cloud).await,
        Job::ProvisionVps { vps } => Box::pin(vps::provision::run(running, vps)).await,
        Job::PowerVps { vps, action } => vps::power::run(running, vps, action).await,
        Job::DeleteVps { vps } => vps::delete::run(running, vps).await,
        Job::ChargeUsage { tick } => billing::charge::run(running, tick).await,
        Job::WatchWallets { org } => billing::watch::run(running, org).await,
        Job::ChargeChunk { run, no } => billing::charge_chunk::run(running, run, no).await,
        Job::SendMail { mail } => mail::send::run(running, mail).await,
        Job::Tidy { .. } => platform::tidy::run(running).await,
        Job::Probe { sleep_ms } => platform::probe::run(running, sleep_ms).await,
        Job::WatchCloud { cloud } => cloud::watch::run(running, cloud).await,
        Job::ReconcileCloud { cloud } => cloud::reconcile::run(running, cloud).await,
        Job::BulkJobs { bulk } => platform::bulk::run(running, bulk).await,
        Job::Archive { .. } => platform::archive::run(running).await,
        Job::ResetFactors { .. } => user::reset_factors::run(running).await,
        Job::ExportUser { user, export } => user::export::run(running, user, export).await,
        Job::EraseUser { user } => user::erase::run(running, user).await,
        Job::SealLedger { .. } => ledger::seal::run(running).await,
        Job::IssueInvoice { what } => invoice::issue::run(running, what).await,
        Job::RenderInvoice { invoice, announce } => invoice::render::run(running, invoice, announce).await,
        Job::OpenPayment { payment } => payment::open::run(running, payment).await,
        Job::SettlePayment { payment } => payment::settle::run(running, payment).await,
        Job::RefundPayment { refund } => payment::refund::run(running, refund).await,
        Job::PaymentEvents { list } => payment::events::run(running, list).await,
        Job::PollPayments { .. } => payment::poll::run(running).await,
        Job::ReportPayments { .. } => payment::report::run(running).await,
    }
}

fn unreadable(claim: &Claim, error: &UnreadableJob) -> Failure {
    Failure {
        code: "unknown_job".to_owned(),
        customer: "This is taking longer than it should. We are looking into it.".to_owned(),
        admin: format!(
            "This version of SkyPanel can't read the job {} ({error}). Update the workers, then retry it.",
            claim.kind
        ),
        provider_request_id: None,
    }
}
