//! Stands between a run and its provider: takes from the cloud's budget before each exchange,
//! and keeps what came of it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use domain::cloud::{self, Bucket};
use domain::queue::NewCall;
use domain::{CloudId, Ctx};
use providers::{Call, CallClass, ErrorClass, Meter, ProviderError, ProviderKind, code};

/// The share of what a provider allows that we use: others may use the same token.
const SHARE: f64 = 0.7;
/// The share of a bucket that is kept for deletions: what costs money must go.
const RESERVE: f64 = 0.2;
/// A wait this short is worth holding a worker for.
const WORTH_WAITING: Duration = Duration::from_secs(2);
/// Calls kept of one run.
const MAX_CALLS: usize = 500;

/// What a run asked of providers.
#[derive(Clone, Debug, Default)]
pub struct Calls(Arc<Mutex<Vec<(Instant, NewCall)>>>);

impl Calls {
    fn keep(&self, call: Call) {
        let mut calls = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if calls.len() < MAX_CALLS {
            let kept = NewCall {
                ago_ms: 0,
                method: call.method,
                path: call.path,
                status: call.status.and_then(|status| i16::try_from(status).ok()),
                request_id: call.request_id,
                duration_ms: i32::try_from(call.duration.as_millis()).unwrap_or(i32::MAX),
                error: call.error,
            };
            calls.push((call.started, kept));
        }
    }

    /// What was asked since the last call, oldest first.
    #[must_use]
    pub fn take(&self) -> Vec<NewCall> {
        let calls = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        let ago = |started: Instant| i64::try_from(started.elapsed().as_millis()).unwrap_or(i64::MAX);
        calls.into_iter().map(|(started, call)| NewCall { ago_ms: ago(started), ..call }).collect()
    }
}

/// The bucket of a class of calls at a provider, for a run that removes something or another.
fn bucket(kind: ProviderKind, class: CallClass, removes: bool) -> Option<Bucket> {
    let budget = kind.budgets().iter().find(|budget| budget.class == class)?;
    let capacity = f64::from(budget.calls) * SHARE;
    Some(Bucket {
        name: class.as_str(),
        capacity: capacity.max(1.0),
        per_s: capacity / budget.per.as_secs_f64(),
        reserve: if removes || class == CallClass::Delete {
            0.0
        } else {
            (capacity * RESERVE).min(capacity - 1.0).max(0.0)
        },
    })
}

/// How long a run is to wait that was granted `taken` calls and then refused one, with `wait` until
/// that one: until there are enough for all of them again, since the next run begins where this one
/// did. Otherwise a run of many calls would spend what comes in on its first calls, forever.
fn wait_for_all(bucket: Bucket, taken: u32, wait: Duration) -> Duration {
    let again = f64::from(taken).min(bucket.capacity - bucket.reserve - 1.0).max(0.0);
    wait + Duration::from_secs_f64(again / bucket.per_s)
}

/// The meter of one run on one cloud.
#[derive(Debug)]
pub struct CloudMeter {
    ctx: Ctx,
    kind: ProviderKind,
    cloud: CloudId,
    calls: Calls,
    removes: bool,
    /// Calls that this run was granted, by bucket.
    taken: Mutex<HashMap<&'static str, u32>>,
}

impl CloudMeter {
    pub fn new(ctx: Ctx, kind: ProviderKind, cloud: CloudId, calls: Calls, removes: bool) -> Self {
        Self { ctx, kind, cloud, calls, removes, taken: Mutex::default() }
    }

    fn taken(&self) -> MutexGuard<'_, HashMap<&'static str, u32>> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn take(&self, bucket: Bucket) -> Result<(), ProviderError> {
        loop {
            match cloud::take(&self.ctx, self.cloud, bucket).await {
                Ok(None) => {
                    *self.taken().entry(bucket.name).or_default() += 1;
                    return Ok(());
                }
                Ok(Some(wait)) if wait <= WORTH_WAITING => tokio::time::sleep(wait).await,
                Ok(Some(wait)) => {
                    let mut full = ProviderError::new(
                        ErrorClass::RateLimited,
                        code::RATE_LIMITED,
                        format!("the provider's limit for calls of the class {} is used up", bucket.name),
                    );
                    let taken = self.taken().get(bucket.name).copied().unwrap_or(0);
                    full.retry_after = Some(wait_for_all(bucket, taken, wait));
                    return Err(full);
                }
                Err(error) => {
                    let words = format!("the cloud's budget could not be read: {error}");
                    return Err(ProviderError::new(ErrorClass::Transient, code::UNAVAILABLE, words));
                }
            }
        }
    }
}

#[async_trait]
impl Meter for CloudMeter {
    async fn before(&self, class: CallClass) -> Result<(), ProviderError> {
        match bucket(self.kind, class, self.removes) {
            Some(bucket) => self.take(bucket).await,
            None => Ok(()),
        }
    }

    fn after(&self, call: Call) {
        let status = call.status.map_or_else(|| "none".to_owned(), |status| status.to_string());
        metrics::counter!("provider_calls_total", "class" => call.class.as_str(), "status" => status).increment(1);
        let (class, limited) = (call.class, call.status == Some(429));
        let remaining = call.limit.as_ref().and_then(|limit| limit.remaining);
        let pause = call.retry_after.or_else(|| call.limit.as_ref().and_then(|limit| limit.reset_in));
        self.calls.keep(call);
        if limited || remaining.is_some() {
            let (ctx, cloud) = (self.ctx.clone(), self.cloud);
            // The provider's word reaches the other workers soon enough; the run continues meanwhile.
            tokio::spawn(async move {
                let told = if limited {
                    cloud::block(&ctx, cloud, class.as_str(), pause.unwrap_or(Duration::from_secs(15))).await
                } else {
                    let left = remaining.and_then(|left| i32::try_from(left).ok()).unwrap_or(i32::MAX);
                    cloud::note_remaining(&ctx, cloud, class.as_str(), left).await
                };
                if let Err(error) = told {
                    tracing::debug!(%error, "what the provider says of its limits could not be stored");
                }
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Plays runs of so many calls on a bucket that was emptied; the second in which one gets through.
    fn gets_through(bucket: Bucket, calls: u32) -> Option<f64> {
        let (mut tokens, mut now) = (0.0_f64, 0.0);
        while now < 900.0 {
            for taken in 0..calls {
                if tokens < 1.0 + bucket.reserve {
                    let wait = Duration::from_secs_f64((1.0 + bucket.reserve - tokens) / bucket.per_s);
                    let pause = wait_for_all(bucket, taken, wait).as_secs_f64();
                    now += pause;
                    tokens = (tokens + pause * bucket.per_s).min(bucket.capacity);
                    break;
                }
                tokens -= 1.0;
                if taken + 1 == calls {
                    return Some(now);
                }
            }
        }
        None
    }

    #[test]
    fn a_run_of_many_calls_gets_through_an_empty_bucket() {
        let bucket = Bucket { name: "catalog", capacity: 14.0, per_s: 14.0 / 60.0, reserve: 2.8 };
        for calls in 1..=11 {
            assert!(gets_through(bucket, calls).is_some_and(|seconds| seconds < 600.0), "{calls} calls");
        }
    }

    #[test]
    fn every_class_has_a_bucket_and_deletions_reach_its_ground() {
        for class in CallClass::ALL {
            let of = |removes| bucket(ProviderKind::Linode, class, removes).unwrap();
            assert!(of(false).capacity >= 1.0 && of(false).per_s > 0.0, "{class}");
            assert!(of(false).reserve <= of(false).capacity - 1.0, "{class} can be called at all");
            assert_eq!(of(false).reserve < f64::EPSILON, class == CallClass::Delete, "{class}");
            assert!(of(true).reserve < f64::EPSILON, "a deletion looks before it deletes");
        }
    }
}
