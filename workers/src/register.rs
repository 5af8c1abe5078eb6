//! Tells the database who this worker is, and does what operators tell it to.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use domain::worker::{self, Pool, WorkerReport};
use domain::{Queue, WorkerState};
use tokio_util::sync::CancellationToken;

use crate::Shared;

/// A worker reports at least this often.
const MAX_PAUSE: Duration = Duration::from_secs(5);

/// How many jobs of each pool run.
#[derive(Debug)]
pub struct Busy(Vec<(Queue, u32, AtomicU32)>);

impl Busy {
    /// Pools without a job.
    pub fn new(queues: &[(Queue, usize)]) -> Self {
        let pool =
            |(queue, slots): &(Queue, usize)| (*queue, u32::try_from(*slots).unwrap_or(u32::MAX), AtomicU32::new(0));
        Self(queues.iter().map(pool).collect())
    }

    /// Counts a job until the value is dropped.
    pub fn count(&self, queue: Queue) -> Counted<'_> {
        let counter = self.0.iter().find(|(known, ..)| *known == queue).map(|(.., busy)| busy);
        if let Some(busy) = counter {
            busy.fetch_add(1, Ordering::Relaxed);
        }
        Counted(counter)
    }

    /// Slots without a job.
    pub fn free(&self, queue: Queue) -> usize {
        let pool = self.0.iter().find(|(known, ..)| *known == queue);
        let free = pool.map_or(0, |(_, slots, busy)| slots.saturating_sub(busy.load(Ordering::Relaxed)));
        usize::try_from(free).unwrap_or(usize::MAX)
    }

    fn pools(&self) -> Vec<Pool> {
        let pool = |(queue, slots, busy): &(Queue, u32, AtomicU32)| Pool {
            queue: *queue,
            slots: *slots,
            busy: busy.load(Ordering::Relaxed),
        };
        self.0.iter().map(pool).collect()
    }
}

/// A job that is counted.
#[derive(Debug)]
pub struct Counted<'b>(Option<&'b AtomicU32>);

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        if let Some(busy) = self.0 {
            busy.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

/// Reports until `ended`, and obeys: take no new jobs, take jobs again, or stop the process.
pub async fn serve(shared: Shared, stop: CancellationToken, ended: CancellationToken) {
    let pause = shared.options.times.beat.min(MAX_PAUSE);
    let host = host();
    loop {
        let state = match (stop.is_cancelled(), shared.is_quiet()) {
            (true, _) => WorkerState::Stopping,
            (false, true) => WorkerState::Quiet,
            (false, false) => WorkerState::Running,
        };
        let report = WorkerReport {
            id: &shared.owner,
            host: &host,
            pid: std::process::id(),
            version: env!("CARGO_PKG_VERSION"),
            pools: &shared.busy.pools(),
            memory_bytes: memory_bytes(),
            state,
        };
        match worker::report(&shared.env.ctx, &report).await {
            Ok(WorkerState::Running) => shared.set_quiet(false),
            Ok(WorkerState::Quiet) => shared.set_quiet(true),
            Ok(WorkerState::Stopping) => {
                if !stop.is_cancelled() {
                    tracing::info!("an operator told this worker to stop");
                }
                stop.cancel();
            }
            Err(error) => tracing::warn!(%error, "the worker could not report"),
        }
        tokio::select! {
            () = ended.cancelled() => break,
            // A change of what it does is told at once.
            () = stop.cancelled(), if state != WorkerState::Stopping => {}
            () = tokio::time::sleep(pause) => {}
        }
    }
    if let Err(error) = worker::leave(&shared.env.ctx, &shared.owner).await {
        tracing::warn!(%error, "the worker could not remove its row; it is shown as lost for a day");
    }
}

/// The computer's name.
pub fn host() -> String {
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    let name = name.trim();
    if name.is_empty() { "unknown".to_owned() } else { name.to_owned() }
}

/// Resident memory, from `/proc/self/status`; 0 where it is not available.
fn memory_bytes() -> i64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let kib =
        status.lines().find_map(|line| line.strip_prefix("VmRSS:")?.split_whitespace().next()?.parse::<i64>().ok());
    kib.unwrap_or(0) * 1024
}
