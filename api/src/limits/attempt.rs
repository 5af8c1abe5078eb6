//! Attempts to sign in or to register: those that fail count, those that succeed do not.

use std::sync::Arc;
use std::time::Duration;

use domain::{Error, ErrorKind};
use tokio::runtime::Handle;
use tokio::time::{Instant, timeout_at};

use super::Inner;
use super::bucket::{Bucket, Room};

/// For how long an attempt waits for those before it, which may leave it room.
const PATIENCE: Duration = Duration::from_secs(5);
/// How often it looks whether those of other processes did.
const LOOK: Duration = Duration::from_millis(100);

/// An attempt in progress: it holds room in each of its buckets, so that no number of them at the same time gets past
/// the limit. One that succeeds gives it back. Dropped without a word, it counts as failed.
#[derive(Debug)]
pub struct Attempt {
    limits: Arc<Inner>,
    /// Where it is counted; nothing once it is settled.
    buckets: Vec<Bucket>,
    /// Its name among those in progress.
    name: String,
    /// Whether this process alone knows of it.
    local: bool,
}

impl Attempt {
    /// Begins an attempt that counts in each of the buckets.
    ///
    /// # Errors
    /// `rate_limited` when one of them has no room.
    pub(super) async fn begin(limits: &Arc<Inner>, buckets: Vec<Bucket>, name: String) -> domain::Result<Self> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            // Waiting begins before the look, so that nothing falls between the two.
            let settled = limits.settled.notified();
            let (room, local) = limits.hold(&name, &buckets).await;
            match room {
                Room::Taken => return Ok(Self { limits: limits.clone(), buckets, name, local }),
                Room::Full(wait) => return Err(too_many(wait)),
                Room::Busy if Instant::now() >= deadline => return Err(too_many(Duration::from_secs(1))),
                Room::Busy => {
                    let _ = timeout_at(deadline.min(Instant::now() + LOOK), settled).await;
                }
            }
        }
    }

    /// Ends the attempt: it counts if the outcome is one that `counts`.
    ///
    /// # Errors
    /// The outcome's own.
    pub async fn judge<T>(
        mut self,
        outcome: domain::Result<T>,
        counts: impl Fn(&domain::Result<T>) -> bool,
    ) -> domain::Result<T> {
        let buckets = std::mem::take(&mut self.buckets);
        let failed = counts(&outcome);
        self.limits.settle(&self.name, &buckets, self.local, failed).await;
        outcome
    }
}

impl Drop for Attempt {
    fn drop(&mut self) {
        if self.buckets.is_empty() {
            return;
        }
        let buckets = std::mem::take(&mut self.buckets);
        let (limits, name, local) = (self.limits.clone(), std::mem::take(&mut self.name), self.local);
        match Handle::try_current() {
            Ok(runtime) => {
                runtime.spawn(async move { limits.settle(&name, &buckets, local, true).await });
            }
            Err(_) => limits.local.settle(&buckets, local, true),
        }
    }
}

/// Too many attempts; one may be begun after this time.
pub(super) fn too_many(wait: Duration) -> Error {
    Error::new(ErrorKind::RateLimited, "rate_limited", "Too many attempts. Wait a moment, then try again.").after(wait)
}
