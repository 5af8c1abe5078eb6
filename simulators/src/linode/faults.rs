//! Faults on demand.

use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};
use regex::Regex;
use serde::{Deserialize, Serialize};

/// Faults armed at once.
const MAX_FAULTS: usize = 100;
/// Longest delay or lag.
const MAX_MS: u64 = 600_000;
/// How late `slow` and `late_effect` are when the fault does not say.
pub(crate) const DEFAULT_DELAY_MS: u64 = 3000;
/// Largest compiled path expression.
const MAX_REGEX_BYTES: usize = 64 * 1024;

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultKind {
    /// The effect is done, then the connection is cut without an answer; only requests that succeed count as hits.
    LostAnswer,
    /// 429 with Retry-After, and no effect.
    RateLimited,
    /// 500, 502 (an HTML page) or 503, without an effect unless [`Fault::after_effect`] is set.
    ServerError,
    /// The next machine created is missing from lists for a while; a GET by its id finds it.
    ListLag,
    /// The next machine created ends `offline` instead of `running`.
    BootFails,
    /// The answer is late; the effect is not.
    Slow,
    /// The effect happens late, and the answer after it: a caller who gives up meanwhile does not prevent it.
    LateEffect,
    /// The connection is cut before the request has any effect.
    LostRequest,
    /// 409 of another request in progress, and no effect. Of the simulated PayPal alone.
    Conflict,
    /// The request is taken, and never answered: without an effect unless [`Fault::after_effect`] is set.
    Hang,
}

/// A fault to arm.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// What goes wrong.
    pub fault: FaultKind,
    /// Regular expression that the path must match, with or without its `/v4`; every path without it.
    #[serde(default)]
    pub path: Option<String>,
    /// Method that it applies to; every one without it.
    #[serde(default)]
    pub method: Option<String>,
    /// How many requests it hits.
    #[serde(default = "once")]
    pub times: u32,
    /// Seconds that `rate_limited` asks to wait (1 without it).
    #[serde(default)]
    pub retry_after_s: Option<u64>,
    /// Milliseconds that `list_lag` hides a machine (3000 without it).
    #[serde(default)]
    pub lag_ms: Option<u64>,
    /// Milliseconds that `slow` and `late_effect` wait (3000 without it).
    #[serde(default)]
    pub delay_ms: Option<u64>,
    /// Status of `server_error`: 500, 502 or 503; chosen by the seed without it.
    #[serde(default)]
    pub status: Option<u16>,
    /// Whether `server_error` or `hang` strikes after the effect was done.
    #[serde(default)]
    pub after_effect: bool,
    /// The chance that it hits a request that it could hit, above 0 and up to 1; always without it.
    /// A request that is spared does not count as one of `times`.
    #[serde(default)]
    pub probability: Option<f64>,
    /// Makes those chances replayable (0 without it).
    #[serde(default)]
    pub seed: u64,
}

impl Fault {
    /// A fault that hits the next request of any method and path.
    #[must_use]
    pub fn new(fault: FaultKind) -> Self {
        Self {
            fault,
            path: None,
            method: None,
            times: 1,
            retry_after_s: None,
            lag_ms: None,
            delay_ms: None,
            status: None,
            after_effect: false,
            probability: None,
            seed: 0,
        }
    }

    /// Restricts the fault to a method and to paths that match.
    #[must_use]
    pub fn on(mut self, method: &str, path: &str) -> Self {
        self.method = Some(method.to_owned());
        self.path = Some(path.to_owned());
        self
    }

    /// Sets how many requests it hits.
    #[must_use]
    pub fn times(mut self, times: u32) -> Self {
        self.times = times;
        self
    }

    /// Sets the chance of a hit, and the seed that makes it replayable.
    #[must_use]
    pub fn likely(mut self, probability: f64, seed: u64) -> Self {
        (self.probability, self.seed) = (Some(probability), seed);
        self
    }
}

fn once() -> u32 {
    1
}

struct Armed {
    fault: Fault,
    path: Option<Regex>,
    chance: StdRng,
}

/// What happens to a request before the cloud handles it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Delivery {
    /// At once.
    Prompt,
    /// After so many milliseconds.
    Late(u64),
    /// Never: the connection is cut.
    Cut,
    /// Never, and the caller gets no answer.
    Hang,
}

/// The armed faults, oldest first.
#[derive(Default)]
pub(crate) struct Faults {
    armed: Vec<Armed>,
}

impl Faults {
    pub(crate) fn arm(&mut self, fault: Fault) -> Result<Fault, String> {
        if self.armed.len() >= MAX_FAULTS {
            return Err(format!("more than {MAX_FAULTS} faults"));
        }
        if fault.times == 0 {
            return Err("times must be 1 or more".to_owned());
        }
        if fault.lag_ms.max(fault.delay_ms).is_some_and(|ms| ms > MAX_MS) {
            return Err(format!("at most {MAX_MS} ms"));
        }
        if fault.status.is_some_and(|status| !matches!(status, 500 | 502 | 503)) {
            return Err("status must be 500, 502 or 503".to_owned());
        }
        if fault.probability.is_some_and(|chance| !(chance > 0.0 && chance <= 1.0)) {
            return Err("probability must be above 0 and at most 1".to_owned());
        }
        let path = fault.path.as_deref().map(compile).transpose()?;
        let chance = StdRng::seed_from_u64(fault.seed);
        self.armed.push(Armed { fault: fault.clone(), path, chance });
        Ok(fault)
    }

    pub(crate) fn list(&self) -> Vec<Fault> {
        self.armed.iter().map(|armed| armed.fault.clone()).collect()
    }

    pub(crate) fn clear(&mut self) {
        self.armed.clear();
    }

    /// The oldest fault of this kind that this request meets; it has one hit fewer afterwards.
    pub(crate) fn take(&mut self, kind: FaultKind, method: &str, path: &str) -> Option<Fault> {
        self.take_if(method, path, |fault| fault.fault == kind)
    }

    /// As [`Faults::take`], for a fault that has two sides of the effect to strike on.
    pub(crate) fn take_at(&mut self, kind: FaultKind, after_effect: bool, method: &str, path: &str) -> Option<Fault> {
        self.take_if(method, path, |fault| fault.fault == kind && fault.after_effect == after_effect)
    }

    /// How a request reaches the cloud.
    pub(crate) fn delivery(&mut self, method: &str, path: &str) -> Delivery {
        if self.take(FaultKind::LostRequest, method, path).is_some() {
            Delivery::Cut
        } else if self.take_at(FaultKind::Hang, false, method, path).is_some() {
            Delivery::Hang
        } else if let Some(fault) = self.take(FaultKind::LateEffect, method, path) {
            Delivery::Late(fault.delay_ms.unwrap_or(DEFAULT_DELAY_MS))
        } else {
            Delivery::Prompt
        }
    }

    fn take_if(&mut self, method: &str, path: &str, wanted: impl Fn(&Fault) -> bool) -> Option<Fault> {
        let hit = |armed: &mut Armed| wanted(&armed.fault) && armed.meets(method, path) && armed.strikes();
        let at = self.armed.iter_mut().position(hit)?;
        let armed = &mut self.armed[at];
        armed.fault.times -= 1;
        let fault = armed.fault.clone();
        if fault.times == 0 {
            self.armed.remove(at);
        }
        Some(fault)
    }
}

impl Armed {
    fn strikes(&mut self) -> bool {
        self.fault.probability.is_none_or(|probability| self.chance.random_bool(probability))
    }

    fn meets(&self, method: &str, path: &str) -> bool {
        let method_meets = self.fault.method.as_deref().is_none_or(|wanted| wanted.eq_ignore_ascii_case(method));
        let below = path.strip_prefix("/v4").unwrap_or(path);
        method_meets && self.path.as_ref().is_none_or(|wanted| wanted.is_match(path) || wanted.is_match(below))
    }
}

fn compile(path: &str) -> Result<Regex, String> {
    regex::RegexBuilder::new(path).size_limit(MAX_REGEX_BYTES).build().map_err(|error| format!("path: {error}"))
}
