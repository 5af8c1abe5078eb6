//! When a failed job is tried again: one table from the class of an error to the pause before the next attempt.

use std::time::Duration;

use domain::chance::Chance;
use domain::queue::Failure;
use domain::work::Outcome;

/// What an error means for the job that it happened in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailureClass {
    /// A transient failure: the same may work later.
    Transient,
    /// The provider's limit is used up for a while.
    RateLimited,
    /// The machine is busy with something else.
    Busy,
    /// The same would be refused again.
    Permanent,
    /// The provider refuses the cloud's token: nothing of that cloud works.
    Credentials,
}

/// How long it is until the next try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pause {
    /// Anything up to a ceiling (full jitter), which doubles with each attempt from `first` and stops at `most`.
    Doubling {
        /// The first ceiling.
        first: Duration,
        /// The last.
        most: Duration,
    },
    /// As long as the provider asked for, else `otherwise`; and up to `spread` more, so that not all come back at once.
    Asked {
        /// When the provider names no time.
        otherwise: Duration,
        /// At most so much more.
        spread: Duration,
    },
    /// Between the two.
    Between {
        /// At least.
        least: Duration,
        /// At most.
        most: Duration,
    },
    /// There is no next try.
    Never,
}

/// What follows from a class.
#[derive(Clone, Copy, Debug)]
pub struct FailureRule {
    /// The class.
    pub class: FailureClass,
    /// Whether a try spends one of the kind's attempts ([`domain::work::Kind`]). What spends none ends at the
    /// job's deadline.
    pub attempt: bool,
    /// How long until the next.
    pub pause: Pause,
}

const fn secs(secs: u64) -> Duration {
    Duration::from_secs(secs)
}

/// A line a class. How many attempts a kind has and by when it must be done is fixed in [`domain::work::KINDS`]; a
/// worker that dies
/// makes no error and is counted apart: after [`domain::queue::MAX_CRASHES`] the job is stuck.
pub const RULES: &[FailureRule] = &[
    FailureRule {
        class: FailureClass::Transient,
        attempt: true,
        pause: Pause::Doubling { first: secs(1), most: secs(15 * 60) },
    },
    FailureRule {
        class: FailureClass::RateLimited,
        attempt: false,
        pause: Pause::Asked { otherwise: secs(15), spread: secs(2) },
    },
    FailureRule { class: FailureClass::Busy, attempt: false, pause: Pause::Between { least: secs(2), most: secs(5) } },
    FailureRule { class: FailureClass::Permanent, attempt: true, pause: Pause::Never },
    FailureRule { class: FailureClass::Credentials, attempt: true, pause: Pause::Never },
];

impl FailureClass {
    fn rule(self) -> Option<&'static FailureRule> {
        RULES.iter().find(|rule| rule.class == self)
    }
}

impl Pause {
    /// The pause after so many attempts, `asked` by the provider or not; none: no next try.
    #[must_use]
    pub fn after(self, attempts: i32, asked: Option<Duration>, chance: &Chance) -> Option<Duration> {
        match self {
            Self::Doubling { first, most } => {
                let doublings = u32::try_from(attempts.clamp(0, 31)).unwrap_or(0);
                Some(chance.share_of(first.saturating_mul(1 << doublings).min(most)))
            }
            Self::Asked { otherwise, spread } => Some(asked.unwrap_or(otherwise) + chance.share_of(spread)),
            Self::Between { least, most } => Some(least + chance.share_of(most.saturating_sub(least))),
            Self::Never => None,
        }
    }
}

/// How many attempts a job has spent, and has.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Attempts {
    pub(crate) spent: i32,
    pub(crate) most: i32,
}

/// What the table says.
pub(crate) fn next(
    class: FailureClass,
    failure: Failure,
    asked: Option<Duration>,
    attempts: Attempts,
    chance: &Chance,
) -> Outcome {
    let Some(rule) = class.rule() else {
        return Outcome::Fail(failure);
    };
    match rule.pause.after(attempts.spent, asked, chance) {
        Some(pause) if !rule.attempt || attempts.spent + 1 < attempts.most => {
            Outcome::Retry { failure, pause, counts: rule.attempt }
        }
        _ => Outcome::Fail(failure),
    }
}

#[cfg(test)]
#[path = "retry_tests.rs"]
mod tests;
