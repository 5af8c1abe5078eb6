//! What a handler fails with, and which problems an operation declares.

use std::fmt;
use std::marker::PhantomData;

use poem::error::ResponseError;
use poem::http::StatusCode;
use poem_openapi::ApiResponse;
use poem_openapi::registry::{MetaResponse, MetaResponses, Registry};

use super::status_of;

/// An error of the rules, on its way to the wire.
#[derive(Debug)]
pub struct Failure(pub domain::Error);

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for Failure {}

impl From<domain::Error> for Failure {
    fn from(error: domain::Error) -> Self {
        Self(error)
    }
}

impl ResponseError for Failure {
    fn status(&self) -> StatusCode {
        status_of(self.0.kind)
    }
}

/// Declares nothing beyond what follows from an operation's shape.
impl ApiResponse for Failure {
    fn meta() -> MetaResponses {
        MetaResponses { responses: Vec::new() }
    }

    fn register(_: &mut Registry) {}
}

/// The problems that one operation adds to those that follow from its shape (see [`crate::spec`]).
/// Declared beside the handler and named in its answer's type.
pub trait Problems: Send + Sync + 'static {
    /// Each status with one of its codes: `(409, "label_taken")`.
    const OWN: &'static [(u16, &'static str)];
}

/// An operation without problems of its own.
#[derive(Debug)]
pub struct Common;

impl Problems for Common {
    const OWN: &'static [(u16, &'static str)] = &[];
}

/// A [`Failure`] of an operation that declares its own problems.
pub struct Refused<P>(pub Failure, PhantomData<P>);

impl<P> fmt::Debug for Refused<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<P> From<Failure> for Refused<P> {
    fn from(failure: Failure) -> Self {
        Self(failure, PhantomData)
    }
}

impl<P> From<domain::Error> for Refused<P> {
    fn from(error: domain::Error) -> Self {
        Failure(error).into()
    }
}

impl<P> From<Refused<P>> for poem::Error {
    fn from(refused: Refused<P>) -> Self {
        refused.0.into()
    }
}

/// One response a code, which the document gathers by status.
impl<P: Problems> ApiResponse for Refused<P> {
    fn meta() -> MetaResponses {
        let response = |&(status, code)| MetaResponse {
            description: code,
            status: Some(status),
            status_range: None,
            content: Vec::new(),
            headers: Vec::new(),
        };
        MetaResponses { responses: P::OWN.iter().map(response).collect() }
    }

    fn register(_: &mut Registry) {}
}
