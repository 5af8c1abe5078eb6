//! Worker pools: they take rings from Redis, claim the jobs in `PostgreSQL`, and run them.
//!
//! Invariant: Redis only ever carries the ids of jobs. Losing all of it costs seconds: a ring that
//! nobody answers is repeated, and while Redis is away a worker takes jobs from the table itself.

mod bell;
mod execute;
mod gauges;
mod pool;
mod relay;
mod sweep;
mod wake;

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use domain::Queue;
use domain::jobs::LeaseTimes;
use jobs::Env;
use secrecy::SecretString;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

pub use execute::execute;

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
    let shared = Shared { env, options: Arc::new(options), owner };
    let tracker = TaskTracker::new();
    let wakes = wake::Wakes::new(&shared.options.queues);
    for (queue, slots) in shared.options.queues.clone() {
        tracker.spawn(pool::serve(shared.clone(), queue, slots, wakes.listen(queue), stop.clone()));
    }
    tracker.spawn(relay::serve(shared.clone(), wakes, stop.clone()));
    tracker.spawn(sweep::serve(shared.clone(), stop.clone()));
    tracker.spawn(gauges::serve(shared.env.ctx.clone(), stop.clone()));
    tracker.close();
    stop.cancelled().await;
    if tokio::time::timeout(shared.options.drain + Duration::from_secs(2), tracker.wait()).await.is_err() {
        tracing::warn!("jobs were still running when the drain time was over");
    }
    let released = domain::jobs::release(&shared.env.ctx.db, &shared.owner).await.context("giving leases back")?;
    tracing::info!(released, "worker ends");
    Ok(())
}

/// Unlike any other process's, also after a restart on the same host with the same pid.
fn owner(env: &Env) -> String {
    let host = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    let chance: [u8; 4] = env.ctx.chance.bytes();
    format!("{}-{}-{:08x}", host.trim(), std::process::id(), u32::from_le_bytes(chance))
}
