//! What can go wrong with a provider, in words that do not name the supplier.

use std::time::Duration;

/// The normalised error codes of [`ProviderError::code`].
pub mod code {
    /// The provider, or this crate before asking it, refused the input.
    pub const VALIDATION: &str = "VALIDATION";
    /// An instance with this label exists already.
    pub const LABEL_TAKEN: &str = "LABEL_TAKEN";
    /// The token is not valid, or no longer.
    pub const UNAUTHENTICATED: &str = "UNAUTHENTICATED";
    /// The token is valid but has no right to do this.
    pub const FORBIDDEN: &str = "FORBIDDEN";
    /// The token is another account's than it should be.
    pub const OTHER_ACCOUNT: &str = "OTHER_ACCOUNT";
    /// The thing named does not exist.
    pub const NOT_FOUND: &str = "NOT_FOUND";
    /// The instance is busy with another operation.
    pub const BUSY: &str = "BUSY";
    /// Too many requests; see `retry_after`.
    pub const RATE_LIMITED: &str = "RATE_LIMITED";
    /// Not reachable, or answering with a server error.
    pub const UNAVAILABLE: &str = "UNAVAILABLE";
    /// No answer in time.
    pub const TIMEOUT: &str = "TIMEOUT";
    /// The request went out, and the connection ended before the answer was complete.
    pub const LOST_ANSWER: &str = "LOST_ANSWER";
    /// The caller stopped waiting; the request may have been received. Only in a
    /// [`Call`](crate::Call): there is no caller left to get an error.
    pub const GIVEN_UP: &str = "GIVEN_UP";
    /// An answer that is not what the provider's document promises.
    pub const BAD_ANSWER: &str = "BAD_ANSWER";
}

/// What to do about an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorClass {
    /// Failed without an effect, or may safely be repeated: try again later.
    Transient,
    /// Too many requests: try again after `retry_after`.
    RateLimited,
    /// The instance is busy with something else: try again soon.
    Busy,
    /// The token is refused: nothing works until an administrator acts.
    Credentials,
    /// Refused for good: the same request would be refused again.
    Permanent,
    /// The answer to a mutating call was lost: check before repeating it.
    Unknown,
}

/// What only the customer who orders can choose differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrderInput {
    /// The root password.
    RootPassword,
    /// The public SSH key.
    SshKey,
}

/// A call to a provider that did not succeed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {message}")]
pub struct ProviderError {
    /// What to do about it.
    pub class: ErrorClass,
    /// One of the words in [`code`].
    pub code: String,
    /// For administrators, with the supplier's name and all secrets taken out.
    pub message: String,
    /// The field of the request at fault, in the provider's spelling.
    pub field: Option<String>,
    /// The customer's own input that an order was refused for.
    pub input: Option<OrderInput>,
    /// How long to wait before asking again, where the provider said so (at most 15 minutes).
    pub retry_after: Option<Duration>,
    /// The provider's own id of the exchange, for a support ticket.
    pub request_id: Option<String>,
    /// The HTTP status, where there was an answer.
    pub status: Option<u16>,
}

impl ProviderError {
    /// An error without an exchange behind it; `code` is one of the words in [`code`].
    #[must_use]
    pub fn new(class: ErrorClass, code: &str, message: impl Into<String>) -> Self {
        Self {
            class,
            code: code.to_owned(),
            message: message.into(),
            field: None,
            input: None,
            retry_after: None,
            request_id: None,
            status: None,
        }
    }

    /// Input refused before anything was sent: permanent, code `VALIDATION`.
    pub(crate) fn invalid(field: &str, message: impl Into<String>) -> Self {
        let mut error = Self::new(ErrorClass::Permanent, code::VALIDATION, message);
        error.field = Some(field.to_owned());
        error
    }
}
