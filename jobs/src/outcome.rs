//! How a run ends: a word, from what its handler returned.

use std::time::Duration;

use domain::queue::Failure;
pub use domain::work::Outcome;
use domain::{Error, ErrorKind};
use providers::{ErrorClass, MailError, OrderInput, ProviderError, code};

use crate::Running;
use crate::retry::{Attempts, FailureClass, next};

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

    /// What the customer has to choose differently.
    #[must_use]
    pub fn input(&self) -> Option<OrderInput> {
        match self {
            Self::Provider(error) => error.input,
            Self::Rule(_) | Self::Mail(_) => None,
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

/// The token belongs to another account than before. Nothing that this account says of our machines is believed.
pub fn other_account() -> ProviderError {
    let words = "the token belongs to another account at the provider than the one that this cloud has had since its \
                 first validation, so nothing was changed. Give the cloud a token of its former account, or accept the \
                 other account under Clouds.";
    ProviderError::new(ErrorClass::Credentials, code::OTHER_ACCOUNT, words)
}

/// A provider's error as a failure: the customer learns nothing of the supplier. What follows is not said here, for it
/// depends on the attempts that are left: after the last one nothing is retried.
fn provider_failure(error: &ProviderError) -> Failure {
    let refused = error.class == ErrorClass::Credentials;
    let advice = if refused { " Check the cloud's token under Clouds, then retry." } else { "" };
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
mod tests {
    use super::*;
    use providers::code;

    #[test]
    fn a_failure_promises_no_further_try() {
        for class in [ErrorClass::Transient, ErrorClass::Unknown, ErrorClass::RateLimited, ErrorClass::Busy] {
            let error = ProviderError::new(class, code::UNAVAILABLE, "The cloud answered 503");
            assert_eq!(provider_failure(&error).admin, "The cloud answered 503.", "{class:?}");
        }
        let refused = ProviderError::new(ErrorClass::Credentials, code::UNAUTHENTICATED, "Invalid token");
        assert!(provider_failure(&refused).admin.ends_with("Check the cloud's token under Clouds, then retry."));
    }
}
