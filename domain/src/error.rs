//! The one error of the rules: what the customer is told, and what the log is told.

use std::fmt;
use std::time::Duration;

use entity::Money;
use sea_orm::{DbErr, RuntimeErr};

/// What a use case answers.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// The class of an error; `api` maps each to one HTTP status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// The request itself is wrong.
    Invalid,
    /// The request comes without a valid session.
    Unauthenticated,
    /// The funds are not enough.
    PaymentRequired,
    /// Signed in, but not allowed.
    Forbidden,
    /// It does not exist, or belongs to another organisation.
    NotFound,
    /// It existed and can't be used any more: a link that was used, or is past its time.
    Gone,
    /// It conflicts with the current state.
    Conflict,
    /// Too many requests.
    RateLimited,
    /// Not now; the same request may work later.
    Unavailable,
    /// The caller's lease on a job has ended: it must write nothing more.
    Fenced,
    /// A failure of our own.
    Internal,
}

/// What is wrong with one field of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// An RFC 6901 pointer into the body: `/label`.
    pub pointer: String,
    /// Words for the user who filled it in.
    pub detail: String,
}

/// An error that says what happens next.
#[derive(Debug)]
pub struct Error {
    /// Its class.
    pub kind: ErrorKind,
    /// A stable word for programs: `label_taken`.
    pub code: &'static str,
    /// Words for the user. Never a supplier's name, never an internal.
    pub detail: String,
    /// The fields that caused it.
    pub fields: Vec<FieldError>,
    /// Figures that belong to the code, by their member's name.
    pub amounts: Vec<(&'static str, Money)>,
    /// When to try again.
    pub retry_after: Option<Duration>,
    /// For the log only.
    pub cause: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl Error {
    /// An error of the given class.
    pub fn new(kind: ErrorKind, code: &'static str, detail: impl Into<String>) -> Self {
        Self {
            kind,
            code,
            detail: detail.into(),
            fields: Vec::new(),
            amounts: Vec::new(),
            retry_after: None,
            cause: None,
        }
    }

    /// One field of the request is wrong.
    pub fn field(pointer: impl Into<String>, detail: impl Into<String>) -> Self {
        let (pointer, detail) = (pointer.into(), detail.into());
        let mut error = Self::new(
            ErrorKind::Invalid,
            "invalid_request",
            "Some of what you entered can't be used. Nothing was changed.",
        );
        error.fields.push(FieldError { pointer, detail });
        error
    }

    /// The request as a whole is wrong.
    pub fn invalid(detail: impl Into<String>) -> Self {
        Self::new(ErrorKind::Invalid, "invalid_request", detail)
    }

    /// It does not exist for this actor.
    #[must_use]
    pub fn not_found(what: &str) -> Self {
        Self::new(ErrorKind::NotFound, "not_found", format!("This {what} was not found. It may have been removed."))
    }

    /// The actor's role does not allow it.
    #[must_use]
    pub fn forbidden() -> Self {
        Self::new(
            ErrorKind::Forbidden,
            "forbidden",
            "Your role doesn't allow this. Ask an administrator if you need it.",
        )
    }

    /// The request comes without a valid session.
    #[must_use]
    pub fn unauthenticated() -> Self {
        Self::new(ErrorKind::Unauthenticated, "unauthenticated", "Sign in to continue.")
    }

    /// A link from a mail that is unknown, was used, or is past its time: which of them, no answer tells.
    #[must_use]
    pub fn link_expired() -> Self {
        Self::new(
            ErrorKind::Gone,
            "link_expired",
            "This link no longer works: it was used already, replaced by a newer one, or is past its time. Nothing was \
             changed.",
        )
    }

    /// It conflicts with the current state.
    pub fn conflict(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(ErrorKind::Conflict, code, detail)
    }

    /// Another job is working on the same thing.
    #[must_use]
    pub fn busy() -> Self {
        Self::conflict("busy", "Another operation is in progress. Wait until it is done, then try again.")
    }

    /// The caller's lease on a job has ended.
    #[must_use]
    pub fn fenced() -> Self {
        Self::new(ErrorKind::Fenced, "fenced", "This job has passed to another worker.")
    }

    /// Something that we depend on does not respond; the same request may work in a moment.
    #[must_use]
    pub fn unavailable() -> Self {
        Self::new(
            ErrorKind::Unavailable,
            "unavailable",
            "We can't process this right now. Nothing was changed. Try again in a moment.",
        )
        .after(Duration::from_secs(2))
    }

    /// A failure of our own, with its cause for the log.
    pub fn internal(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        let mut error = Self::new(
            ErrorKind::Internal,
            "internal",
            "Something went wrong on our side and nothing was changed. Try again. If it happens again, contact \
             support and \
             quote the reference below.",
        );
        error.cause = Some(cause.into());
        error
    }

    /// Adds a figure under its member's name.
    #[must_use]
    pub fn with(mut self, name: &'static str, amount: Money) -> Self {
        self.amounts.push((name, amount));
        self
    }

    /// Says when to try again.
    #[must_use]
    pub fn after(mut self, wait: Duration) -> Self {
        self.retry_after = Some(wait);
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.detail)?;
        for field in &self.fields {
            write!(f, " [{}: {}]", field.pointer, field.detail)?;
        }
        self.cause.as_ref().map_or(Ok(()), |cause| write!(f, " ({cause})"))
    }
}

impl std::error::Error for Error {}

/// `PostgreSQL`'s five-character code for the error, when it sent one.
#[must_use]
pub fn sql_state(error: &DbErr) -> Option<String> {
    match error {
        DbErr::Exec(RuntimeErr::SqlxError(error))
        | DbErr::Query(RuntimeErr::SqlxError(error))
        | DbErr::Conn(RuntimeErr::SqlxError(error)) => {
            error.as_database_error().and_then(sqlx::error::DatabaseError::code).map(std::borrow::Cow::into_owned)
        }
        _ => None,
    }
}

/// Whether `PostgreSQL` refused the row because of the named constraint or index.
#[must_use]
pub fn violates(error: &DbErr, constraint: &str) -> bool {
    match error {
        DbErr::Exec(RuntimeErr::SqlxError(error)) | DbErr::Query(RuntimeErr::SqlxError(error)) => {
            error.as_database_error().and_then(|error| error.constraint()) == Some(constraint)
        }
        _ => false,
    }
}

impl From<DbErr> for Error {
    fn from(error: DbErr) -> Self {
        let state = sql_state(&error);
        let unavailable = match (&error, state.as_deref()) {
            // Shutting down, cancelled by a time-out, too many connections, lost connection.
            (_, Some("57P01" | "57P02" | "57P03" | "57014" | "55P03" | "53300" | "08006" | "40001" | "40P01"))
            | (DbErr::ConnectionAcquire(_) | DbErr::Conn(_), _) => true,
            (DbErr::Exec(RuntimeErr::SqlxError(error)) | DbErr::Query(RuntimeErr::SqlxError(error)), None) => {
                matches!(**error, sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed)
            }
            _ => false,
        };
        let mut mapped = if unavailable { Self::unavailable() } else { Self::internal(error.to_string()) };
        mapped.cause = Some(Box::new(error));
        mapped
    }
}
