//! Worker pools: they take rings from Redis, claim the jobs in `PostgreSQL`, and run them.
//!
//! Invariant: Redis only ever carries the ids of jobs. Losing all of it costs seconds: a ring that
//! nobody answers is repeated, and while Redis is away a worker takes jobs from the table itself.

mod batch;
mod bell;
mod connection;
mod execute;
mod feed;
mod gauges;
mod leases;
mod marks;
mod pool;
mod prune;
mod register;
mod relay;
mod sweep;
mod wake;

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use domain::queue::LeaseTimes;
use domain::{JobId, Queue};
use jobs::Env;
use register::Busy;
use secrecy::SecretString;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

pub use execute::{Runner, execute};
pub use marks::RedisMarks;

/// How a worker process is set up.
#[derive(Clone, Debug)]
pub struct Options {
    /// `redis://…`
    pub redis_url: SecretString,
    /// What queue names in Redis begin with; one installation, one prefix.
    pub prefix: String,
    /// Pools of this process: a queue and how many jobs of it at a time.
    pub queues: Vec<(Queue, usize)>,
    /// Leases, beats and sweeps.
    pub times: LeaseTimes,
    /// How long jobs may take to end after a stop was asked for.
    pub drain: Duration,
}

/// What the parts of a worker process share.
#[derive(Clone, Debug)]
pub(crate) struct Shared {
    pub env: Env,
    pub options: Arc<Options>,
    /// This process's name: it holds leases under it.
    pub owner: Arc<str>,
    runner: Runner,
    busy: Arc<Busy>,
    /// Whether it takes no new jobs.
    quiet: Arc<watch::Sender<bool>>,
}

impl Shared {
    /// Runs a job of a queue, counted.
    async fn run(&self, queue: Queue, owner: &Arc<str>, id: JobId) {
        let _counted = self.busy.count(queue);
        self.runner.run(owner, id).await;
    }

    fn is_quiet(&self) -> bool {
        *self.quiet.borrow()
    }

    fn set_quiet(&self, quiet: bool) {
        self.quiet.send_if_modified(|was| std::mem::replace(was, quiet) != quiet);
    }

    /// Returns once the worker is quiet, or no longer.
    async fn until_quiet(&self, quiet: bool) {
        // The sender lives as long as `self`.
        drop(self.quiet.subscribe().wait_for(|now| *now == quiet).await);
    }
}

/// Runs pools, relay and sweep until `stop`; then lets jobs finish within the drain time, and
/// gives back the leases of those that did not.
///
/// # Errors
/// When a queue is listed twice.
pub async fn serve(env: Env, options: Options, stop: CancellationToken) -> anyhow::Result<()> {
    anyhow::ensure!(!options.queues.is_empty(), "a worker needs at least one queue, such as provision=8");
    for (place, (queue, slots)) in options.queues.iter().enumerate() {
        anyhow::ensure!(*slots > 0, "the queue {queue} needs at least one slot");
        anyhow::ensure!(
            !options.queues[..place].iter().any(|(other, _)| other == queue),
            "the queue {queue} is listed twice"
        );
    }
    let owner: Arc<str> = owner(&env).into();
    tracing::info!(owner = &*owner, queues = ?options.queues, "worker starts");
    let shared = Shared {
        runner: Runner::new(env.clone(), options.times),
        busy: Arc::new(Busy::new(&options.queues)),
        quiet: Arc::new(watch::channel(false).0),
        env,
        options: Arc::new(options),
        owner,
    };
    let ended = CancellationToken::new();
    let registered = tokio::spawn(register::serve(shared.clone(), stop.clone(), ended.clone()));
    let tracker = TaskTracker::new();
    let wakes = wake::Wakes::new(&shared.options.queues);
    for (queue, slots) in shared.options.queues.clone() {
        tracker.spawn(pool::serve(shared.clone(), queue, slots, wakes.listen(queue), stop.clone()));
    }
    tracker.spawn(relay::serve(shared.clone(), wakes, stop.clone()));
    tracker.spawn(sweep::serve(shared.clone(), stop.clone()));
    tracker.spawn(prune::serve(shared.clone(), stop.clone()));
    tracker.spawn(gauges::serve(shared.clone(), stop.clone()));
    tracker.close();
    stop.cancelled().await;
    if tokio::time::timeout(shared.options.drain + Duration::from_secs(2), tracker.wait()).await.is_err() {
        tracing::warn!("jobs were still running when the drain time was over");
    }
    let released = domain::queue::release(&shared.env.ctx.db, &shared.owner).await.context("giving leases back")?;
    gauges::write_tally(&shared).await;
    ended.cancel();
    drop(registered.await);
    tracing::info!(released, "worker ends");
    Ok(())
}

/// Unlike any other process's, also after a restart on the same host with the same pid.
fn owner(env: &Env) -> String {
    let chance: [u8; 4] = env.ctx.chance.bytes();
    format!("{}-{}-{:08x}", register::host(), std::process::id(), u32::from_le_bytes(chance))
}
