//! Errors on the wire: everything that goes wrong leaves as RFC 9457 problem+json.

mod failure;

use std::borrow::Cow;
use std::time::Duration;

use domain::{ErrorKind, FieldError};
use poem::http::{HeaderValue, StatusCode, header};
use poem::{Body, Response};
use serde_json::{Map, Value, json};

use crate::wire::Money;

pub use failure::{Common, Failure, Problems, Refused};

/// What a problem's `type` begins with; its code follows.
pub const TYPE_PREFIX: &str = "urn:skypanel:problem:";
/// The detail of a request that can't be used; its fields say why.
pub const UNUSABLE: &str = "Some of what you sent can't be used. Nothing was changed.";
/// The media type of problems.
pub const CONTENT_TYPE: &str = "application/problem+json";

/// A problem as it is written.
#[derive(Clone, Debug)]
pub struct Problem {
    /// The HTTP status.
    pub status: StatusCode,
    /// A stable word for programs.
    pub code: &'static str,
    /// Words for the user who sent the request.
    pub detail: Cow<'static, str>,
    /// The fields that caused it.
    pub fields: Vec<FieldError>,
    /// Figures that belong to the code.
    pub amounts: Vec<(&'static str, domain::Money)>,
    /// When to try again.
    pub retry_after: Option<Duration>,
    /// The methods that would work, on 405.
    pub allow: Option<String>,
}

impl Problem {
    /// A problem without figures or fields.
    pub fn new(status: StatusCode, code: &'static str, detail: impl Into<Cow<'static, str>>) -> Self {
        Self {
            status,
            code,
            detail: detail.into(),
            fields: Vec::new(),
            amounts: Vec::new(),
            retry_after: None,
            allow: None,
        }
    }

    /// A request that can't be read, with what is wrong where.
    #[must_use]
    pub fn invalid(fields: Vec<FieldError>) -> Self {
        Self { fields, ..Self::new(StatusCode::BAD_REQUEST, "invalid_request", UNUSABLE) }
    }

    /// Nothing exists at this address.
    #[must_use]
    pub fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", "Nothing was found at this address. It may have been removed.")
    }

    /// An internal error; its cause is in the log under the request's id.
    #[must_use]
    pub fn internal() -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "Something went wrong on our side. Try again. If it happens again, contact support and quote the \
             reference below.",
        )
    }

    /// Too many requests.
    #[must_use]
    pub fn rate_limited(wait: Duration) -> Self {
        Self {
            retry_after: Some(wait),
            ..Self::new(
                StatusCode::TOO_MANY_REQUESTS,
                "rate_limited",
                "Too many requests. Wait a moment, then try again.",
            )
        }
    }

    /// The answer, under the request's id.
    #[must_use]
    pub fn response(&self, request_id: &str) -> Response {
        let mut body = Map::new();
        body.insert("type".into(), Value::from(format!("{TYPE_PREFIX}{}", self.code)));
        body.insert("title".into(), Value::from(title(self.status)));
        body.insert("status".into(), Value::from(self.status.as_u16()));
        body.insert("code".into(), Value::from(self.code));
        body.insert("detail".into(), Value::from(self.detail.as_ref()));
        let errors: Vec<_> =
            self.fields.iter().map(|field| json!({ "pointer": field.pointer, "detail": field.detail })).collect();
        body.insert("errors".into(), Value::from(errors));
        body.insert("request_id".into(), Value::from(request_id));
        for (name, amount) in &self.amounts {
            body.insert((*name).into(), Money(*amount).json());
        }
        let mut response = Response::builder()
            .status(self.status)
            .content_type(CONTENT_TYPE)
            .body(Body::from(Value::from(body).to_string()));
        let headers = response.headers_mut();
        if let Some(wait) = self.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(wait.as_secs() + u64::from(wait.subsec_nanos() > 0)));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"skypanel\""));
        }
        if let Some(allow) = self.allow.as_deref().and_then(|allow| HeaderValue::from_str(allow).ok()) {
            headers.insert(header::ALLOW, allow);
        }
        response
    }
}

impl From<&domain::Error> for Problem {
    fn from(error: &domain::Error) -> Self {
        Self {
            fields: error.fields.clone(),
            amounts: error.amounts.clone(),
            retry_after: error.retry_after,
            ..Self::new(status_of(error.kind), error.code, error.detail.clone())
        }
    }
}

fn status_of(kind: ErrorKind) -> StatusCode {
    match kind {
        ErrorKind::Invalid => StatusCode::BAD_REQUEST,
        ErrorKind::Unauthenticated => StatusCode::UNAUTHORIZED,
        ErrorKind::PaymentRequired => StatusCode::PAYMENT_REQUIRED,
        ErrorKind::Forbidden => StatusCode::FORBIDDEN,
        ErrorKind::NotFound => StatusCode::NOT_FOUND,
        ErrorKind::Gone => StatusCode::GONE,
        ErrorKind::Conflict | ErrorKind::Fenced => StatusCode::CONFLICT,
        ErrorKind::RateLimited => StatusCode::TOO_MANY_REQUESTS,
        ErrorKind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        ErrorKind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// The short words for a status; the same for every problem of that status.
#[must_use]
pub fn title(status: StatusCode) -> &'static str {
    match status.as_u16() {
        400 => "The request can't be used",
        401 => "Not signed in",
        402 => "Not enough funds",
        403 => "Not allowed",
        404 => "Not found",
        405 => "Method not allowed",
        408 => "The request took too long to arrive",
        409 => "Conflict",
        413 => "The request is too large",
        415 => "Unsupported media type",
        429 => "Too many requests",
        503 => "Temporarily unavailable",
        _ => "Internal error",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn body(response: Response) -> Value {
        serde_json::from_slice(&response.into_body().into_vec().await.unwrap()).unwrap()
    }

    #[tokio::test]
    async fn figures_become_members() {
        let error = domain::Error::new(ErrorKind::PaymentRequired, "insufficient_funds", "No.")
            .with("needed", domain::Money::usd(5_000))
            .with("available", domain::Money::usd(0));
        let response = Problem::from(&error).response("r1");
        assert_eq!(response.status(), StatusCode::PAYMENT_REQUIRED);
        assert_eq!(response.content_type(), Some(CONTENT_TYPE));
        let body = body(response).await;
        assert_eq!(body["type"], "urn:skypanel:problem:insufficient_funds");
        assert_eq!(body["needed"], json!({ "amount": "0.005000", "currency": "USD" }));
        assert_eq!(body["request_id"], "r1");
        assert_eq!(body["status"], 402);
    }

    #[test]
    fn every_kind_has_a_status_and_a_wait_is_rounded_up() {
        let limited = Problem::rate_limited(Duration::from_millis(1_200)).response("r");
        assert_eq!(limited.header("retry-after"), Some("2"));
        let unauthenticated = Problem::from(&domain::Error::unauthenticated()).response("r");
        assert_eq!(unauthenticated.status(), StatusCode::UNAUTHORIZED);
        assert!(unauthenticated.header("www-authenticate").is_some());
    }
}
