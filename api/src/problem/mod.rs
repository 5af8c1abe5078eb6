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
/// The media type of problems.
pub const CONTENT_TYPE: &str = "application/problem+json";

/// A problem as it is written.
#[derive(Clone, Debug)]
pub struct Problem {
    /// The HTTP status.
    pub status: StatusCode,
    /// A stable word for programs.
    pub code: &'static str,
    /// Words for the person who asked.
    pub detail: Cow<'static, str>,
    /// The fields that are to blame.
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
        Self {
            fields,
            ..Self::new(
                StatusCode::BAD_REQUEST,
                "invalid_request",
                "Some of what you sent can't be used. Nothing was changed.",
            )
        }
    }

    /// There is nothing at this address.
    #[must_use]
    pub fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", "There is nothing at this address. It may have been removed.")
    }

    /// Our fault; the reason stands in the log under the request's id.
    #[must_use]
    pub fn internal() -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "Something went wrong on our side. Try again; if it stays, tell support the reference below.",
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
        402 => "Funds don't suffice",
        403 => "Not allowed",
        404 => "Not found",
        405 => "Method not allowed",
        409 => "Conflict",
        413 => "The request is too large",
        415 => "Send JSON",
        429 => "Too many requests",
        503 => "Not available right now",
        _ => "Our fault",
    }
}

/// Any error of a handler or of the framework as an answer. Internal ones are logged with their
/// cause, and shown without it. `allow` says which methods the address knows.
pub fn answer(error: poem::Error, request_id: &str, allow: impl FnOnce() -> Option<String>) -> Response {
    if let Some(Failure(error)) = error.downcast_ref::<Failure>() {
        if let Some(cause) = &error.cause {
            tracing::error!(code = error.code, cause = %cause, "a request failed");
        }
        return Problem::from(error).response(request_id);
    }
    if error.is_from_response() {
        return error.into_response();
    }
    framework(&error, allow).response(request_id)
}

fn framework(error: &poem::Error, allow: impl FnOnce() -> Option<String>) -> Problem {
    use poem_openapi::error::{ParseParamError, ParsePathError, ParseRequestPayloadError};
    if error.is::<ParsePathError>() {
        return Problem::not_found();
    }
    if let Some(ParseParamError { name, reason }) = error.downcast_ref() {
        let pointer = if name.contains('-') { format!("/headers/{name}") } else { format!("/{name}") };
        return Problem::invalid(vec![FieldError { pointer, detail: words(reason) }]);
    }
    if let Some(ParseRequestPayloadError { reason }) = error.downcast_ref() {
        return Problem::invalid(vec![field(reason)]);
    }
    match error.status() {
        StatusCode::NOT_FOUND => Problem::not_found(),
        StatusCode::METHOD_NOT_ALLOWED => Problem {
            allow: allow(),
            ..Problem::new(
                StatusCode::METHOD_NOT_ALLOWED,
                "method_not_allowed",
                "This address doesn't know that method.",
            )
        },
        StatusCode::UNSUPPORTED_MEDIA_TYPE => Problem::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "unsupported_media_type",
            "Send the body as application/json.",
        ),
        StatusCode::PAYLOAD_TOO_LARGE => Problem::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "payload_too_large",
            "The body is too large. Send at most 64 KiB.",
        ),
        StatusCode::UNAUTHORIZED => Problem::from(&domain::Error::unauthenticated()),
        status if status.is_client_error() => Problem::invalid(Vec::new()),
        _ => {
            tracing::error!(cause = %error, "a request failed");
            Problem::internal()
        }
    }
}

/// The field that poem-openapi's message is about, as far as it says.
#[must_use]
pub fn field(reason: &str) -> FieldError {
    let named = reason.split_once("field `").and_then(|(_, rest)| rest.split_once('`'));
    match named {
        Some((name, _)) if reason.contains("unknown field `") => {
            FieldError { pointer: pointer(name), detail: "there is no such field; leave it out".into() }
        }
        Some((name, rest)) => FieldError { pointer: pointer(name), detail: words(rest) },
        None => FieldError { pointer: String::new(), detail: words(reason) },
    }
}

fn pointer(name: &str) -> String {
    format!("/{}", name.replace('~', "~0").replace('/', "~1"))
}

/// A validator's message in words. What was sent is never repeated: it may be a secret.
fn words(reason: &str) -> String {
    let reason = reason.split(" (occurred while parsing").next().unwrap_or(reason);
    let figure = |name: &str| {
        reason
            .split_once(name)
            .and_then(|(_, rest)| rest.split(')').next())
            .map(|rest| rest.split(',').next().unwrap_or(rest).to_owned())
    };
    if let Some(most) = figure("maxLength(") {
        return format!("use at most {most} characters");
    }
    if let Some(least) = figure("minLength(") {
        return if least == "1" { "fill this in".to_owned() } else { format!("use at least {least} characters") };
    }
    if let Some(most) = figure("maximum(") {
        return format!("must be at most {most}");
    }
    if let Some(least) = figure("minimum(") {
        return format!("must be at least {least}");
    }
    if reason.contains("pattern(") {
        return "this doesn't have the right form".to_owned();
    }
    if let Some((_, kind)) = reason.split_once("Expected input type \"") {
        return format!("expected {}", kind.split('"').next().unwrap_or("another type"));
    }
    match reason.strip_prefix("failed to parse \"").and_then(|rest| rest.split_once("\": ")) {
        Some((_, why)) => why.trim_end_matches('.').chars().take(200).collect(),
        None => "this can't be read as JSON".to_owned(),
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

    #[tokio::test]
    async fn causes_stay_in_the_log() {
        let error = poem::Error::from(Failure(domain::Error::internal("relation \"vps\" does not exist")));
        let response = answer(error, "r2", || None);
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
        assert!(!body(response).await.to_string().contains("relation"));
        let response = answer(
            poem::Error::from_string("secret of the framework", StatusCode::INTERNAL_SERVER_ERROR),
            "r3",
            || None,
        );
        assert!(!body(response).await.to_string().contains("secret"));
    }

    #[tokio::test]
    async fn the_frameworks_errors_are_problems_too() {
        use poem_openapi::error::{ParseParamError, ParsePathError};
        let response = answer(ParsePathError { name: "param0", reason: "no".into() }.into(), "r", || None);
        assert_eq!(response.status(), StatusCode::NOT_FOUND);
        let response = answer(
            ParseParamError { name: "limit", reason: "verification failed. maximum(100, exclusive: false)".into() }
                .into(),
            "r",
            || None,
        );
        assert_eq!(body(response).await["errors"], json!([{ "pointer": "/limit", "detail": "must be at most 100" }]));
        let response = answer(poem::error::MethodNotAllowedError.into(), "r", || Some("GET, HEAD".into()));
        assert_eq!(response.header("allow"), Some("GET, HEAD"));
        assert_eq!(body(response).await["code"], "method_not_allowed");
    }

    #[test]
    fn messages_become_words() {
        let said = |reason: &str| {
            let field = field(reason);
            (field.pointer, field.detail)
        };
        assert_eq!(
            said("failed to parse \"X\": field `label` verification failed. maxLength(64)"),
            ("/label".into(), "use at most 64 characters".into())
        );
        assert_eq!(
            said("failed to parse \"X\": unknown field `a/b`."),
            ("/a~1b".into(), "there is no such field; leave it out".into())
        );
        assert_eq!(
            said("Expected input type \"string\", found \"hunter2\". (occurred while parsing \"X\")"),
            (String::new(), "expected string".into())
        );
        assert_eq!(said("expected value at line 1 column 1"), (String::new(), "this can't be read as JSON".into()));
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
