//! Seeds that failed once. Every run plays them first.

/// A schedule that found something.
#[derive(Clone, Copy, Debug)]
pub struct Regression {
    /// Its seed.
    pub seed: u64,
    /// Where its workers kill themselves; the list of failpoints grows, so the seed alone would name another one day.
    pub failpoint: Option<&'static str>,
    /// What it found.
    pub why: &'static str,
}

/// All of them, oldest first.
pub const REGRESSIONS: &[Regression] = &[Regression {
    seed: 64,
    failpoint: Some("cloud.reconcile.compare.before_intent"),
    why: "after a 429 a catalog read spent each call that came in on its first calls, and never ended",
}];
