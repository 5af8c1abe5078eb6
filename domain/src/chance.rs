//! Chance: ids and secrets come from here, so that a test can replay them.

use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Utc};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use uuid::Uuid;

/// A source of random bytes: the operating system's, or a seeded one in tests.
#[derive(Clone, Debug)]
pub struct Chance(Arc<Mutex<StdRng>>);

impl Chance {
    /// Seeded by the operating system.
    #[must_use]
    pub fn from_os() -> Self {
        Self(Arc::new(Mutex::new(rand::make_rng())))
    }

    /// Replays the same choices for the same seed. Never for production.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        Self(Arc::new(Mutex::new(StdRng::seed_from_u64(seed))))
    }

    /// `N` random bytes.
    #[must_use]
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.0.lock().unwrap_or_else(PoisonError::into_inner).fill_bytes(&mut bytes);
        bytes
    }

    /// A new id whose time part is `at` (UUID version 7, RFC 9562).
    #[must_use]
    pub fn id<T: From<Uuid>>(&self, at: DateTime<Utc>) -> T {
        let millis = u64::try_from(at.timestamp_millis()).unwrap_or(0);
        T::from(uuid::Builder::from_unix_timestamp_millis(millis, &self.bytes()).into_uuid())
    }

    /// A share of `max`, evenly spread: the jitter of a retry.
    #[must_use]
    pub fn share_of(&self, max: std::time::Duration) -> std::time::Duration {
        let unit = f64::from(u32::from_le_bytes(self.bytes())) / f64::from(u32::MAX);
        max.mul_f64(unit)
    }
}
