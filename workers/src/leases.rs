//! Keeps the leases of all that this process runs, by one statement a beat.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use domain::queue::{Beat, Claim, LeaseTimes, beat_many};
use domain::{Ctx, JobId};
use tokio_util::sync::CancellationToken;

use crate::connection::GuardedConnection;

type Key = (JobId, i64);

/// In a lease's length, so often is looked for those that lapsed.
const LOOKS: u32 = 20;

#[derive(Clone, Debug)]
struct Held {
    cancel: Arc<AtomicBool>,
    lost: CancellationToken,
    renewed_at: Instant,
}

/// The leases of a process.
#[derive(Clone, Debug)]
pub struct Leases(Arc<Mutex<HashMap<Key, Held>>>);

/// A lease that is renewed while this value lives.
#[derive(Debug)]
pub struct Lease {
    all: Leases,
    key: Key,
    lost: CancellationToken,
}

impl Leases {
    /// Renews leases until the last of them and this value are dropped, and drops what lapsed: a worker that
    /// can't renew a lease must know it by the clock, for no answer may ever come.
    pub fn new(ctx: &Ctx, times: LeaseTimes) -> Self {
        let all = Self(Arc::default());
        let (renewed, watched) = (Arc::downgrade(&all.0), Arc::downgrade(&all.0));
        let connection = GuardedConnection::new(ctx);
        tokio::spawn(async move {
            loop {
                tokio::time::sleep(times.beat).await;
                let Some(held) = renewed.upgrade().map(Self) else { return };
                held.beat(&connection, times).await;
            }
        });
        tokio::spawn(async move {
            loop {
                tokio::time::sleep(times.lease / LOOKS).await;
                let Some(held) = watched.upgrade().map(Self) else { return };
                held.drop_lapsed(times.lease);
            }
        });
        all
    }

    /// Keeps a claim; `cancel` is raised when the job is asked to end.
    pub fn keep(&self, claim: &Claim, cancel: Arc<AtomicBool>) -> Lease {
        let (key, lost) = ((claim.id, claim.lease_token), CancellationToken::new());
        self.lock().insert(key, Held { cancel, lost: lost.clone(), renewed_at: Instant::now() });
        Lease { all: self.clone(), key, lost }
    }

    async fn beat(&self, connection: &GuardedConnection, times: LeaseTimes) {
        let keys: Vec<Key> = self.lock().keys().copied().collect();
        if keys.is_empty() {
            return;
        }
        // The new lease counts from when the database heard of it: not before this.
        let asked = Instant::now();
        match connection.ask(times.beat, async |ctx| beat_many(&ctx.db, &keys, times.lease).await).await {
            Ok(beats) => self.hear(&keys, &beats, asked),
            Err(error) => tracing::warn!(%error, leases = keys.len(), "leases could not be renewed yet"),
        }
    }

    fn hear(&self, keys: &[Key], beats: &[Beat], asked: Instant) {
        let mut held = self.lock();
        for (key, beat) in keys.iter().zip(beats) {
            let Some(lease) = held.get_mut(key) else { continue };
            match beat {
                Beat::Held => lease.renewed_at = asked,
                Beat::CancelRequested => {
                    lease.renewed_at = asked;
                    lease.cancel.store(true, Ordering::Relaxed);
                }
                Beat::Lost => lease.lost.cancel(),
            }
        }
    }

    fn drop_lapsed(&self, lease: Duration) {
        for lapsed in self.lock().values().filter(|held| held.renewed_at.elapsed() >= lease) {
            lapsed.lost.cancel();
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<Key, Held>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Lease {
    /// Returns once another worker has the job, it was ended, or no beat got through for a
    /// lease's length: whatever runs under it is to be dropped where it stands.
    pub async fn lost(&self) {
        self.lost.cancelled().await;
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        self.all.lock().remove(&self.key);
    }
}
