//! What limits and records calls: which may be made now, and which were made.
//!
//! Invariant: an exchange that may have left this process is reported to its [`Meter`] exactly once,
//! even when it fails or is given up half-way; one that the meter refused is never sent.

use std::{
    fmt,
    sync::Arc,
    time::{Duration, Instant},
};

use async_trait::async_trait;
use reqwest::{Request, header::HeaderMap};
use tracing::Span;

use crate::{
    error::{ProviderError, code},
    http::{rate_limit, request_id},
};

/// What a call does, as far as it decides whose budget it is taken from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CallClass {
    /// Orders an instance.
    Create,
    /// A page of types, regions or images: what is for sale.
    Catalog,
    /// A page of a list of instances.
    List,
    /// One thing: an instance, or whose token it is.
    Read,
    /// Starts, stops or restarts an instance.
    Change,
    /// Deletes an instance.
    Delete,
}

impl CallClass {
    /// All classes.
    pub const ALL: [Self; 6] = [Self::Create, Self::Catalog, Self::List, Self::Read, Self::Change, Self::Delete];

    /// The class in one lower-case word, for a table or a metric.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Catalog => "catalog",
            Self::List => "list",
            Self::Read => "read",
            Self::Change => "change",
            Self::Delete => "delete",
        }
    }
}

impl fmt::Display for CallClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// How many calls of a class a provider takes from one cloud in a window of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// The calls it is for.
    pub class: CallClass,
    /// The most calls in one window.
    pub calls: u32,
    /// The window's length.
    pub per: Duration,
}

/// What an answer says of the provider's own count, for the class of the call it answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateLimit {
    /// Calls in a window (`X-RateLimit-Limit`).
    pub limit: Option<u32>,
    /// Calls left in this window, never more than `limit` (`X-RateLimit-Remaining`).
    pub remaining: Option<u32>,
    /// Until the next window, counted from the answer's own `Date`; at most one hour
    /// (`X-RateLimit-Reset`).
    pub reset_in: Option<Duration>,
}

/// One exchange with a provider, as it is reported to a [`Meter`]. It holds no secret: no header, no
/// query, no body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// When it was begun, after the meter let it pass.
    pub started: Instant,
    /// From then until its answer was read whole, or until it failed.
    pub duration: Duration,
    /// HTTP method.
    pub method: String,
    /// Path at the provider, with the endpoint's own (for example `/v4/linode/instances/7`).
    pub path: String,
    /// What it does.
    pub class: CallClass,
    /// HTTP status, where there was an answer.
    pub status: Option<u16>,
    /// The provider's own id of the exchange, for a support ticket.
    pub request_id: Option<String>,
    /// What the provider said of its limits.
    pub limit: Option<RateLimit>,
    /// How long the provider asked to wait (at most 15 minutes); only of a failed call.
    pub retry_after: Option<Duration>,
    /// Of a failed call, one of the words in [`code`].
    pub error: Option<String>,
}

/// Lets calls pass, and records each one made.
#[async_trait]
pub trait Meter: Send + Sync {
    /// Called before each exchange, so before each page of a list; may wait for its turn.
    ///
    /// # Errors
    /// Ends the call without sending anything, and is what the caller gets: class
    /// [`RateLimited`](crate::ErrorClass::RateLimited), with a `retry_after`.
    async fn before(&self, class: CallClass) -> Result<(), ProviderError>;

    /// Called after each exchange, once. It must not block: it may run while a future is dropped,
    /// when a caller gives up (code [`GIVEN_UP`](code::GIVEN_UP)).
    fn after(&self, call: Call);
}

/// An exchange in progress. Dropped before its end, it was given up.
pub(crate) struct Pending {
    meter: Option<Arc<dyn Meter>>,
    call: Option<Call>,
    span: Span,
}

impl Pending {
    pub(crate) fn begin(
        meter: Option<Arc<dyn Meter>>,
        class: CallClass,
        request: &Request,
        started: Instant,
        span: Span,
    ) -> Self {
        let call = Call {
            started,
            duration: Duration::ZERO,
            method: request.method().as_str().to_owned(),
            path: request.url().path().to_owned(),
            class,
            status: None,
            request_id: None,
            limit: None,
            retry_after: None,
            error: None,
        };
        Self { meter, call: Some(call), span }
    }

    /// An answer came whole, of whatever status.
    pub(crate) fn answered(&mut self, headers: &HeaderMap) {
        if let Some(call) = &mut self.call {
            call.limit = rate_limit(headers);
            call.request_id = request_id(headers);
        }
    }

    pub(crate) fn succeeded(mut self, status: u16, request_id: Option<String>) {
        if let Some(mut call) = self.call.take() {
            call.status = Some(status);
            call.request_id = request_id;
            self.tell(call);
        }
    }

    pub(crate) fn failed(mut self, error: &ProviderError) {
        if let Some(mut call) = self.call.take() {
            call.status = error.status;
            call.request_id = error.request_id.clone().or(call.request_id);
            call.retry_after = error.retry_after;
            call.error = Some(error.code.clone());
            self.tell(call);
        }
    }

    fn tell(&self, mut call: Call) {
        call.duration = call.started.elapsed();
        if let Some(status) = call.status {
            self.span.record("http.response.status_code", status);
        }
        if let Some(id) = &call.request_id {
            self.span.record("provider.request_id", id.as_str());
        }
        if let Some(error) = &call.error {
            self.span.record("error.type", error.as_str());
        }
        tracing::debug!(
            parent: &self.span, elapsed_ms = call.duration.as_millis(), class = call.class.as_str(), "provider call"
        );
        if let Some(meter) = &self.meter {
            meter.after(call);
        }
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        if let Some(mut call) = self.call.take() {
            call.error = Some(code::GIVEN_UP.to_owned());
            self.tell(call);
        }
    }
}
