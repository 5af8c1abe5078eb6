//! Attempts to sign in or to register: those that fail count, those that succeed do not.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use domain::{Error, ErrorKind};
use runtime::settings::Rate;
use tokio::sync::Notify;
use tokio::time::timeout_at;

use super::limits::Key;

/// The most keys that are remembered; newcomers beyond share one bucket until old keys are forgotten.
const MAX_KEYS: usize = 100_000;
/// For how long an attempt waits for those before it, which may leave it room.
const PATIENCE: Duration = Duration::from_secs(5);

/// A limit on failed attempts by several keys at once. Attempts in progress hold room, so that no number of them at
/// the same time gets past the limit; one that succeeds gives it back.
#[derive(Debug)]
pub struct Attempts {
    /// The time after which a failure is forgotten, and how many there may be; none without a limit.
    quota: Option<(Duration, u32)>,
    buckets: Mutex<HashMap<Key, Bucket>>,
    settled: Notify,
}

/// The failures of one key as the generic cell rate algorithm counts them: one number of time.
#[derive(Clone, Copy, Debug)]
struct Bucket {
    /// When the last failure is forgotten.
    until: Instant,
    in_progress: u32,
}

/// An attempt in progress. Dropped without a word, it counts as failed.
#[derive(Debug)]
pub struct Attempt<'a> {
    attempts: &'a Attempts,
    keys: Vec<Key>,
}

enum Room {
    Taken,
    /// Others are in progress and may leave room.
    Busy,
    /// None before this time is over.
    Full(Duration),
}

impl Attempts {
    /// The limit that the settings state.
    #[must_use]
    pub fn new(rate: Rate) -> Self {
        let quota = (rate.max > 0).then(|| (rate.window / rate.max, rate.max));
        Self { quota, buckets: Mutex::default(), settled: Notify::new() }
    }

    /// Begins an attempt that counts by each of the keys.
    ///
    /// # Errors
    /// `rate_limited` when there is no room by one of them.
    pub async fn begin(&self, keys: Vec<Key>) -> domain::Result<Attempt<'_>> {
        let deadline = tokio::time::Instant::now() + PATIENCE;
        let keys = self.known_or_shared(keys);
        loop {
            // Waiting begins before the look, so that nothing falls between the two.
            let settled = self.settled.notified();
            match self.take(&keys, Instant::now()) {
                Room::Taken => return Ok(Attempt { attempts: self, keys }),
                Room::Full(wait) => return Err(too_many(wait)),
                Room::Busy => {
                    timeout_at(deadline, settled).await.map_err(|_| too_many(Duration::from_secs(1)))?;
                }
            }
        }
    }

    /// Forgets what no longer counts.
    pub fn forget(&self) {
        let now = Instant::now();
        let mut buckets = self.lock();
        buckets.retain(|_, bucket| bucket.until > now || bucket.in_progress > 0);
        buckets.shrink_to_fit();
    }

    fn known_or_shared(&self, mut keys: Vec<Key>) -> Vec<Key> {
        let buckets = self.lock();
        if buckets.len() >= MAX_KEYS {
            keys.iter_mut().filter(|key| !buckets.contains_key(key)).for_each(|key| *key = Key::Overflow);
        }
        keys.sort_unstable();
        keys.dedup();
        keys
    }

    fn take(&self, keys: &[Key], now: Instant) -> Room {
        let Some((period, most)) = self.quota else { return Room::Taken };
        let mut buckets = self.lock();
        let bucket = |key: &Key| buckets.get(key).copied().unwrap_or(Bucket { until: now, in_progress: 0 });
        let wait = keys.iter().filter_map(|key| bucket(key).wait(period, most, now)).max();
        if let Some(wait) = wait {
            return Room::Full(wait);
        }
        if keys.iter().any(|key| bucket(key).room(period, most, now) <= bucket(key).in_progress) {
            return Room::Busy;
        }
        for key in keys {
            buckets.entry(*key).or_insert(Bucket { until: now, in_progress: 0 }).in_progress += 1;
        }
        Room::Taken
    }

    fn settle(&self, keys: &[Key], failed: bool, now: Instant) {
        let Some((period, _)) = self.quota else { return };
        let mut buckets = self.lock();
        for key in keys {
            let Some(bucket) = buckets.get_mut(key) else { continue };
            bucket.in_progress = bucket.in_progress.saturating_sub(1);
            if failed {
                bucket.until = bucket.until.max(now) + period;
            }
            if bucket.in_progress == 0 && bucket.until <= now {
                buckets.remove(key);
            }
        }
        drop(buckets);
        self.settled.notify_waiters();
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Key, Bucket>> {
        self.buckets.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Bucket {
    /// How many more failures are allowed.
    fn room(self, period: Duration, most: u32, now: Instant) -> u32 {
        let held = self.until.saturating_duration_since(now).as_nanos().div_ceil(period.as_nanos().max(1));
        most.saturating_sub(u32::try_from(held).unwrap_or(u32::MAX))
    }

    /// Until one more failure is allowed; none if it is.
    fn wait(self, period: Duration, most: u32, now: Instant) -> Option<Duration> {
        let held = self.until.saturating_duration_since(now);
        (self.room(period, most, now) == 0).then(|| held.saturating_sub(period * (most - 1)))
    }
}

impl Attempt<'_> {
    /// Ends the attempt: it counts if the outcome is one that `counts`.
    ///
    /// # Errors
    /// The outcome's own.
    pub fn judge<T>(
        mut self,
        outcome: domain::Result<T>,
        counts: impl Fn(&domain::Result<T>) -> bool,
    ) -> domain::Result<T> {
        let keys = std::mem::take(&mut self.keys);
        self.attempts.settle(&keys, counts(&outcome), Instant::now());
        outcome
    }
}

impl Drop for Attempt<'_> {
    fn drop(&mut self) {
        if !self.keys.is_empty() {
            self.attempts.settle(&self.keys, true, Instant::now());
        }
    }
}

fn too_many(wait: Duration) -> Error {
    Error::new(ErrorKind::RateLimited, "rate_limited", "Too many attempts. Wait a moment, then try again.").after(wait)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: Key = Key::V4([1, 1, 1, 1]);
    const OTHER: Key = Key::Mail(7);

    fn attempts(max: u32) -> Attempts {
        Attempts::new(Rate { max, window: Duration::from_mins(1) })
    }

    async fn attempt(attempts: &Attempts, keys: &[Key], fails: bool) -> Option<Duration> {
        match attempts.begin(keys.to_vec()).await {
            Ok(attempt) => attempt.judge(Ok(()), |_| fails).map(|()| None).unwrap(),
            Err(error) => error.retry_after,
        }
    }

    #[tokio::test]
    async fn failures_count_by_every_key_and_successes_by_none() {
        let attempts = attempts(2);
        for _ in 0..10 {
            assert_eq!(attempt(&attempts, &[KEY, OTHER], false).await, None);
        }
        assert_eq!(attempt(&attempts, &[KEY, OTHER], true).await, None);
        assert_eq!(attempt(&attempts, &[OTHER], true).await, None);
        let wait = attempt(&attempts, &[OTHER], true).await.unwrap();
        assert!(wait > Duration::from_secs(25) && wait <= Duration::from_secs(30), "{wait:?}");
        assert!(attempt(&attempts, &[KEY, OTHER], false).await.is_some(), "one key without room is enough");
        assert_eq!(attempt(&attempts, &[KEY], true).await, None);
        assert!(attempt(&attempts, &[KEY], true).await.is_some());
        assert_eq!(attempt(&attempts, &[Key::Mail(8)], true).await, None);
    }

    #[tokio::test]
    async fn many_at_once_wait_for_each_other_and_only_failures_use_up_the_room() {
        let attempts = attempts(2);
        let one = async |fails: bool| {
            let begun = attempts.begin(vec![KEY]).await?;
            tokio::time::sleep(Duration::from_millis(5)).await;
            begun.judge(Ok(()), |_| fails)
        };
        let right = futures::future::join_all((0..20).map(|_| one(false))).await;
        assert!(right.iter().all(Result::is_ok));
        let wrong = futures::future::join_all((0..20).map(|_| one(true))).await;
        assert_eq!(wrong.iter().filter(|outcome| outcome.is_ok()).count(), 2);
    }

    #[tokio::test]
    async fn an_attempt_that_was_given_up_counts_and_nothing_is_kept_for_good() {
        let attempts = attempts(1);
        drop(attempts.begin(vec![KEY]).await.unwrap());
        assert!(attempts.begin(vec![KEY]).await.is_err());
        assert!(attempts.begin(vec![OTHER]).await.unwrap().judge(Ok(()), |_| false).is_ok());
        assert_eq!(attempts.lock().len(), 1);
        let unlimited = self::attempts(0);
        assert!(
            futures::future::join_all((0..100).map(|_| unlimited.begin(vec![KEY]))).await.iter().all(Result::is_ok)
        );
        unlimited.forget();
    }
}
