//! How a job ends: a word, and one table from the class of an error to that word.

use std::time::Duration;

use domain::chance::Chance;
use domain::queue::Failure;
pub use domain::work::Outcome;
use domain::{Error, ErrorKind};
use providers::{ErrorClass, MailError, ProviderError};

use crate::Running;

/// What can go wrong in a handler.
#[derive(Debug)]
pub enum JobError {
    /// The rules or the database refused.
    Rule(Error),
    /// The provider refused, or could not be asked.
    Provider(ProviderError),
    /// The mail server refused, or could not be asked.
    Mail(MailError),
}

impl From<Error> for JobError {
    fn from(error: Error) -> Self {
        Self::Rule(error)
    }
}

impl From<ProviderError> for JobError {
    fn from(error: ProviderError) -> Self {
        Self::Provider(error)
    }
}

impl From<MailError> for JobError {
    fn from(error: MailError) -> Self {
        Self::Mail(error)
    }
}

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
struct Attempts {
    spent: i32,
    most: i32,
}

impl JobError {
    /// Its class; none when the job has passed to another worker.
    #[must_use]
    pub fn class(&self) -> Option<FailureClass> {
        match self {
            Self::Rule(error) => match error.kind {
                ErrorKind::Fenced => None,
                ErrorKind::Unavailable | ErrorKind::Internal => Some(FailureClass::Transient),
                _ => Some(FailureClass::Permanent),
            },
            Self::Provider(error) => Some(match error.class {
                ErrorClass::Transient | ErrorClass::Unknown => FailureClass::Transient,
                ErrorClass::RateLimited => FailureClass::RateLimited,
                ErrorClass::Busy => FailureClass::Busy,
                ErrorClass::Permanent => FailureClass::Permanent,
                ErrorClass::Credentials => FailureClass::Credentials,
            }),
            Self::Mail(MailError::Permanent(_)) => Some(FailureClass::Permanent),
            Self::Mail(MailError::Transient(_)) => Some(FailureClass::Transient),
        }
    }

    /// The word for this error, by its class.
    #[must_use]
    pub fn into_outcome(self, running: &Running) -> Outcome {
        let Some(class) = self.class() else {
            return Outcome::Fenced;
        };
        if class == FailureClass::Credentials {
            running.note_refused();
        }
        let claim = &running.claim;
        let attempts = Attempts { spent: claim.attempts, most: claim.max_attempts };
        let asked = self.retry_after();
        next(class, self.into(), asked, attempts, &running.env.ctx.chance)
    }

    fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Provider(error) => error.retry_after,
            Self::Rule(_) | Self::Mail(_) => None,
        }
    }
}

impl From<JobError> for Failure {
    fn from(error: JobError) -> Self {
        match error {
            JobError::Rule(error) if matches!(error.kind, ErrorKind::Unavailable | ErrorKind::Internal) => {
                failure(error.code, error.to_string(), None)
            }
            JobError::Rule(error) => failure(error.code, error.detail, None),
            JobError::Provider(error) => provider_failure(&error),
            JobError::Mail(MailError::Permanent(words)) => failure("mail_refused", words, None),
            JobError::Mail(MailError::Transient(words)) => failure("mail_unavailable", words, None),
        }
    }
}

/// What the table says.
fn next(
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

/// The job's time is over before it was done.
pub fn late() -> Failure {
    let mut late = failure(
        "deadline",
        "It was not done by its deadline. Its timeline shows what it waited for: fix that, then retry it.",
        None,
    );
    "This took too long and was stopped. We are looking into it.".clone_into(&mut late.customer);
    late
}

/// A failure in the customer's and the admin's words.
pub fn failure(code: &str, admin: impl Into<String>, request_id: Option<String>) -> Failure {
    Failure {
        code: code.to_owned(),
        customer: "Something went wrong on our side. We are looking into it.".to_owned(),
        admin: admin.into(),
        provider_request_id: request_id,
    }
}

/// A provider's error as a failure: the customer learns nothing of the supplier.
fn provider_failure(error: &ProviderError) -> Failure {
    let advice = match error.class {
        ErrorClass::Credentials => " Check the cloud's token under Clouds, then retry.",
        ErrorClass::RateLimited => " It continues when the provider's limit allows.",
        ErrorClass::Transient | ErrorClass::Unknown => " It is retried automatically.",
        ErrorClass::Busy | ErrorClass::Permanent => "",
    };
    let field = error.field.as_ref().map(|field| format!(" (field {field})")).unwrap_or_default();
    let status = error.status.map(|status| format!(" [HTTP {status}]")).unwrap_or_default();
    let ending = if error.message.ends_with(['.', '!', '?']) { "" } else { "." };
    failure(
        &error.code.to_lowercase(),
        format!("{}{field}{status}{ending}{advice}", error.message),
        error.request_id.clone(),
    )
}

#[cfg(test)]
#[path = "outcome_tests.rs"]
mod tests;
