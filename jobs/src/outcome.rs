//! How a job ends: a word, and one table from the class of an error to that word.

use std::time::Duration;

use domain::jobs::Failure;
use domain::{Error, ErrorKind};
use providers::{ErrorClass, MailError, ProviderError};
use serde_json::Value as Json;

use crate::Running;

/// How one run of a job ended.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// It did what it should.
    Done,
    /// It looks again after a while. No attempt, and no worker held.
    Wait {
        /// How long.
        pause: Duration,
        /// What it has learnt.
        step_data: Json,
    },
    /// It failed in passing.
    Retry {
        /// Why.
        failure: Failure,
        /// How long to wait.
        pause: Duration,
        /// Whether it counts as an attempt.
        counts: bool,
    },
    /// It failed for good, and nothing is left of it.
    Fail(Failure),
    /// It was asked to end, and nothing is left of it.
    Cancelled,
    /// It needs a person.
    Stick(Failure),
    /// Another worker has it: write nothing.
    Fenced,
}

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

/// Longest pause between two attempts.
const MAX_BACKOFF: Duration = Duration::from_mins(15);
/// A busy resource is asked again after this, give or take as much.
const BUSY_PAUSE: Duration = Duration::from_secs(2);

impl JobError {
    /// The word for this error, by its class.
    #[must_use]
    pub fn into_outcome(self, running: &Running) -> Outcome {
        match self {
            Self::Rule(error) => rule(error, running),
            Self::Provider(error) => provider(&error, running),
            Self::Mail(MailError::Permanent(words)) => Outcome::Fail(failure("mail_refused", words, None)),
            Self::Mail(MailError::Transient(words)) => again(failure("mail_unavailable", words, None), running),
        }
    }
}

fn rule(error: Error, running: &Running) -> Outcome {
    match error.kind {
        ErrorKind::Fenced => Outcome::Fenced,
        ErrorKind::Unavailable | ErrorKind::Internal => again(failure(error.code, error.to_string(), None), running),
        _ => Outcome::Fail(failure(error.code, error.detail, None)),
    }
}

fn provider(error: &ProviderError, running: &Running) -> Outcome {
    let failure = provider_failure(error);
    let chance = &running.env.ctx.chance;
    match error.class {
        ErrorClass::Transient | ErrorClass::Unknown => again(failure, running),
        ErrorClass::RateLimited => {
            let asked = error.retry_after.unwrap_or(Duration::from_secs(15));
            Outcome::Retry { failure, pause: asked + chance.share_of(Duration::from_secs(2)), counts: false }
        }
        ErrorClass::Busy => Outcome::Retry { failure, pause: BUSY_PAUSE + chance.share_of(BUSY_PAUSE), counts: false },
        ErrorClass::Credentials | ErrorClass::Permanent => Outcome::Fail(failure),
    }
}

/// Exponential with full jitter, until the attempts are used up.
fn again(failure: Failure, running: &Running) -> Outcome {
    let claim = &running.claim;
    if claim.attempts + 1 >= claim.max_attempts {
        return Outcome::Fail(failure);
    }
    let exponent = u32::try_from(claim.attempts.clamp(0, 12)).unwrap_or(0);
    let ceiling = Duration::from_secs(2_u64.saturating_pow(exponent)).min(MAX_BACKOFF);
    let pause = ceiling / 2 + running.env.ctx.chance.share_of(ceiling / 2);
    Outcome::Retry { failure, pause, counts: true }
}

/// A failure in the customer's and the admin's words.
pub fn failure(code: &str, admin: impl Into<String>, request_id: Option<String>) -> Failure {
    Failure {
        code: code.to_owned(),
        customer: "Something on our side went wrong. We are looking into it.".to_owned(),
        admin: admin.into(),
        provider_request_id: request_id,
    }
}

/// A provider's error as a failure: the customer learns nothing of the supplier.
pub fn provider_failure(error: &ProviderError) -> Failure {
    let advice = match error.class {
        ErrorClass::Credentials => " Check the cloud's token under Clouds, then retry.",
        ErrorClass::RateLimited => " It goes on when the provider's limit allows.",
        ErrorClass::Transient | ErrorClass::Unknown => " It is tried again by itself.",
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
