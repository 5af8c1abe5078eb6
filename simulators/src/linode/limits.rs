//! Rate limits by class of operation, counted in fixed windows for each token.
//!
//! The figures are those of <https://techdocs.akamai.com/linode-api/reference/rate-limits>: each user, known by the
//! token, may create 20 machines in 15 s, list images 20 times a minute, read 200 pages of other collections a minute,
//! and do anything else 1600 times a minute. What is published for routes that are not simulated (statistics, support
//! tickets) is left out.

use std::{collections::HashMap, time::Duration};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

/// Counters kept; the oldest windows are forgotten beyond it.
const MAX_COUNTERS: usize = 10_000;

/// How many requests each class of operation may make; the defaults are the published ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct LimitSettings {
    /// Whether any limit holds; without limits the X-RateLimit headers are absent.
    pub enabled: bool,
    /// Creations of machines in each window of `create_window_ms`.
    pub create_max: u32,
    /// Window of the creations.
    pub create_window_ms: u64,
    /// Pages of lists a minute.
    pub list_max: u32,
    /// Lists of images a minute.
    pub images_max: u32,
    /// Reads of one thing a minute; and as many changes, and as many deletions.
    pub other_max: u32,
    /// Window of everything but the creations: a minute, unless a test cannot wait that long.
    pub window_ms: u64,
    /// Whether a 429 says Retry-After: the document promises it only for some operations.
    pub retry_after: bool,
}

impl Default for LimitSettings {
    fn default() -> Self {
        Self {
            enabled: true,
            create_max: 20,
            create_window_ms: 15_000,
            list_max: 200,
            images_max: 20,
            other_max: 1600,
            window_ms: 60_000,
            retry_after: true,
        }
    }
}

/// A class of operations, each with a limit of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LimitClass {
    /// The creation of a machine.
    Create,
    /// A page of a list.
    List,
    /// A page of the list of images.
    Images,
    /// A read of one thing.
    Read,
    /// A change of one thing.
    Change,
    /// A deletion.
    Delete,
}

impl LimitClass {
    /// The class of a request; `segments` is the path below `/v4`.
    pub(crate) fn of(method: &str, segments: &[&str]) -> Self {
        match (method, segments) {
            ("POST", ["linode", "instances"]) => Self::Create,
            ("GET", ["images"]) => Self::Images,
            (
                "GET",
                ["account", "events"]
                | ["regions"]
                | ["linode", "types" | "instances"]
                | ["linode", "instances", _, "disks" | "configs"],
            ) => Self::List,
            ("GET", _) => Self::Read,
            ("DELETE", _) => Self::Delete,
            _ => Self::Change,
        }
    }
}

/// What the headers say after a request was counted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Allowance {
    pub(crate) limit: u32,
    pub(crate) remaining: u32,
    /// End of the window in seconds since 1970.
    pub(crate) reset_at_s: i64,
    /// The request is one too many.
    pub(crate) over: bool,
    /// Seconds until the end of the window, for `Retry-After`.
    pub(crate) retry_after_s: Option<u64>,
}

/// The counters.
#[derive(Debug)]
pub(crate) struct Limits {
    pub(crate) settings: LimitSettings,
    counters: HashMap<(String, LimitClass), (Instant, u32)>,
}

impl Limits {
    pub(crate) fn new(settings: LimitSettings) -> Self {
        Self { settings, counters: HashMap::new() }
    }

    /// Counts a request; `None` when no limits hold.
    pub(crate) fn count(
        &mut self,
        caller: &str,
        class: LimitClass,
        now: Instant,
        wall: DateTime<Utc>,
    ) -> Option<Allowance> {
        if !self.settings.enabled {
            return None;
        }
        let (limit, window) = self.rule(class);
        if self.counters.len() >= MAX_COUNTERS {
            self.counters.retain(|_, (end, _)| *end > now);
        }
        let (end, used) = self.counters.entry((caller.to_owned(), class)).or_insert((now + window, 0));
        if *end <= now {
            (*end, *used) = (now + window, 0);
        }
        let over = *used >= limit;
        *used = used.saturating_add(1);
        let left = end.saturating_duration_since(now);
        Some(Allowance {
            limit,
            remaining: limit.saturating_sub(*used),
            reset_at_s: (wall + left).timestamp(),
            over,
            retry_after_s: self.settings.retry_after.then(|| left.as_secs() + 1),
        })
    }

    fn rule(&self, class: LimitClass) -> (u32, Duration) {
        let settings = &self.settings;
        let window = Duration::from_millis(settings.window_ms);
        match class {
            LimitClass::Create => (settings.create_max, Duration::from_millis(settings.create_window_ms)),
            LimitClass::List => (settings.list_max, window),
            LimitClass::Images => (settings.images_max, window),
            LimitClass::Read | LimitClass::Change | LimitClass::Delete => (settings.other_max, window),
        }
    }
}
