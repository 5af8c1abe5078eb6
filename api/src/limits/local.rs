//! The limiter of one process: it takes over while Redis does not answer, and counts along while it does.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::bucket::{Bucket, Quota, Room, Verdict, Who};

/// The most buckets that are remembered; newcomers beyond share one a limit until old ones are forgotten.
const MAX_BUCKETS: usize = 100_000;

/// Buckets by the generic cell rate algorithm: one number of time each.
#[derive(Debug, Default)]
pub struct Local(Mutex<HashMap<Bucket, State>>);

#[derive(Clone, Copy, Debug)]
struct State {
    /// When everything is free again.
    until: Instant,
    /// Attempts in progress, which hold room.
    held: u32,
}

impl State {
    /// How many more are allowed.
    fn room(self, quota: Quota, now: Instant) -> u32 {
        let used = self.until.saturating_duration_since(now).as_nanos().div_ceil(quota.period.as_nanos().max(1));
        quota.burst.saturating_sub(u32::try_from(used).unwrap_or(u32::MAX))
    }

    /// Until one more is allowed; none if it is.
    fn wait(self, quota: Quota, now: Instant) -> Option<Duration> {
        let used = self.until.saturating_duration_since(now);
        (self.room(quota, now) == 0).then(|| used.saturating_sub(quota.period * (quota.burst - 1)))
    }

    fn count(&mut self, quota: Quota, now: Instant) {
        self.until = (self.until.max(now) + quota.period).min(now + quota.window());
    }
}

impl Local {
    /// How long one of the buckets has no room; none if all have.
    pub fn wait(&self, buckets: &[Bucket]) -> Option<Duration> {
        let (known, now) = (self.lock(), Instant::now());
        buckets.iter().filter_map(|bucket| known.get(&place(&known, bucket))?.wait(bucket.quota, now)).max()
    }

    /// Counts a request, if it may pass by `quota`, which may be less than the bucket's own.
    pub fn take(&self, bucket: &Bucket, quota: Quota) -> Verdict {
        let (mut known, now) = (self.lock(), Instant::now());
        let state = entry(&mut known, bucket, now);
        let passes = state.wait(quota, now).map_or(Ok(()), Err);
        if passes.is_ok() {
            state.count(quota, now);
        }
        Verdict { passes, left: state.room(quota, now), full: state.until.saturating_duration_since(now) }
    }

    /// Counts what was let through by all processes' limiter.
    pub fn count(&self, bucket: &Bucket) {
        let (mut known, now) = (self.lock(), Instant::now());
        entry(&mut known, bucket, now).count(bucket.quota, now);
    }

    /// Holds room for an attempt in every bucket, by half of what they hold, or in none.
    pub fn hold(&self, buckets: &[Bucket]) -> Room {
        let (mut known, now) = (self.lock(), Instant::now());
        let mut busy = false;
        let mut full = None;
        for bucket in buckets {
            let (quota, state) = (bucket.quota.halved(), *entry(&mut known, bucket, now));
            full = full.max(state.wait(quota, now));
            busy |= state.room(quota, now) <= state.held;
        }
        match full {
            Some(wait) => Room::Full(wait),
            None if busy => Room::Busy,
            None => {
                for bucket in buckets {
                    entry(&mut known, bucket, now).held += 1;
                }
                Room::Taken
            }
        }
    }

    /// Ends an attempt: gives back what it held, and counts it if it failed.
    pub fn settle(&self, buckets: &[Bucket], held: bool, failed: bool) {
        let (mut known, now) = (self.lock(), Instant::now());
        for bucket in buckets {
            let state = entry(&mut known, bucket, now);
            state.held = state.held.saturating_sub(u32::from(held));
            if failed {
                // Alone there is half as much room, so a failure takes twice as much of it.
                state.count(if held { bucket.quota.halved() } else { bucket.quota }, now);
            }
            if state.held == 0 && state.until <= now {
                let place = place(&known, bucket);
                known.remove(&place);
            }
        }
    }

    /// Forgets what no longer counts.
    pub fn forget(&self) {
        let now = Instant::now();
        let mut known = self.lock();
        known.retain(|_, state| state.until > now || state.held > 0);
        known.shrink_to_fit();
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Bucket, State>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Where a bucket is counted.
fn place(known: &HashMap<Bucket, State>, bucket: &Bucket) -> Bucket {
    let fits = known.len() < MAX_BUCKETS || known.contains_key(bucket);
    if fits { *bucket } else { Bucket { who: Who::Overflow, ..*bucket } }
}

fn entry<'a>(known: &'a mut HashMap<Bucket, State>, bucket: &Bucket, now: Instant) -> &'a mut State {
    let place = place(known, bucket);
    known.entry(place).or_insert(State { until: now, held: 0 })
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::RateTier;

    fn bucket(n: u32, burst: u32, period: Duration) -> Bucket {
        Bucket { tier: RateTier::User, who: Who::V4(n.to_be_bytes()), quota: Quota { burst, period } }
    }

    #[test]
    fn a_burst_passes_and_then_one_a_period() {
        let (local, bucket) = (Local::default(), bucket(1, 3, Duration::from_mins(1)));
        let taken: Vec<_> = (0..3).map(|_| local.take(&bucket, bucket.quota).left).collect();
        assert_eq!(taken, [2, 1, 0]);
        let refused = local.take(&bucket, bucket.quota);
        let wait = refused.passes.unwrap_err();
        assert!(wait > Duration::from_secs(55) && wait <= Duration::from_mins(1), "{wait:?}");
        assert!(refused.full > Duration::from_secs(175) && refused.full <= Duration::from_mins(3), "{refused:?}");
        assert!(local.wait(&[bucket]).is_some());
    }

    #[test]
    fn what_was_counted_along_counts_by_half_when_redis_is_away() {
        let (local, bucket) = (Local::default(), bucket(1, 10, Duration::from_mins(1)));
        (0..4).for_each(|_| local.settle(&[bucket], false, true));
        let taken = (0..10).filter(|_| local.hold(&[bucket]) == Room::Taken).count();
        assert_eq!(taken, 3, "four of ten are two of five");
        assert_eq!(local.hold(&[bucket]), Room::Busy);
        local.settle(&[bucket], true, false);
        assert_eq!(local.hold(&[bucket]), Room::Taken, "one that succeeded left its room");
        (0..3).for_each(|_| local.settle(&[bucket], true, true));
        assert!(matches!(local.hold(&[bucket]), Room::Full(_)));
    }

    #[test]
    fn more_than_a_full_bucket_is_not_held_against_anybody() {
        let (local, bucket) = (Local::default(), bucket(1, 2, Duration::from_secs(10)));
        (0..1000).for_each(|_| local.count(&bucket));
        assert!(local.wait(&[bucket]).unwrap() <= Duration::from_secs(10));
    }

    #[test]
    fn newcomers_beyond_the_bound_share_a_bucket() {
        let local = Local::default();
        for n in 0..150_000 {
            local.count(&bucket(n, 5, Duration::from_mins(1)));
        }
        assert_eq!(local.lock().len(), MAX_BUCKETS + 1);
        assert!(
            local.wait(&[bucket(1, 5, Duration::from_mins(1))]).is_none(),
            "those that were known are counted alone"
        );
        assert!(local.wait(&[bucket(149_000, 5, Duration::from_mins(1))]).is_some());
        local.forget();
        assert_eq!(local.lock().len(), MAX_BUCKETS + 1, "they count until their time is over");
    }
}
