//! Answers: data, pages and refusals in Linode's words.

use poem::{Response, http::StatusCode};
use serde_json::{Value, json};

use super::limits::Allowance;

/// One reason of a refusal.
#[derive(Clone, Debug)]
pub(crate) struct ErrorReason {
    reason: String,
    field: Option<&'static str>,
}

impl ErrorReason {
    pub(crate) fn of(field: &'static str, reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), field: Some(field) }
    }

    fn to_json(&self) -> Value {
        self.field
            .map_or_else(|| json!({ "reason": self.reason }), |field| json!({ "reason": self.reason, "field": field }))
    }
}

/// A request that was refused.
#[derive(Clone, Debug)]
pub(crate) struct ApiError {
    status: StatusCode,
    reasons: Vec<ErrorReason>,
}

impl ApiError {
    pub(crate) fn new(status: StatusCode, reason: impl Into<String>) -> Self {
        Self { status, reasons: vec![ErrorReason { reason: reason.into(), field: None }] }
    }

    pub(crate) fn bad(reason: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, reason)
    }

    pub(crate) fn busy() -> Self {
        Self::bad("Linode busy.")
    }

    pub(crate) fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "Not found")
    }
}

impl From<ErrorReason> for ApiError {
    fn from(reason: ErrorReason) -> Self {
        vec![reason].into()
    }
}

impl From<Vec<ErrorReason>> for ApiError {
    fn from(reasons: Vec<ErrorReason>) -> Self {
        Self { status: StatusCode::BAD_REQUEST, reasons }
    }
}

/// What a request led to.
pub(crate) type ApiResult = Result<Value, ApiError>;

/// An answer before it is written.
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    payload: Payload,
    retry_after_s: Option<u64>,
    pub(crate) standing: Option<Allowance>,
}

enum Payload {
    Json(Value),
    Html(&'static str),
}

impl From<ApiResult> for Reply {
    fn from(outcome: ApiResult) -> Self {
        match outcome {
            Ok(value) => Self::json(StatusCode::OK, value),
            Err(refusal) => {
                let errors: Vec<Value> = refusal.reasons.iter().map(ErrorReason::to_json).collect();
                Self::json(refusal.status, json!({ "errors": errors }))
            }
        }
    }
}

impl Reply {
    fn json(status: StatusCode, value: Value) -> Self {
        Self { status, payload: Payload::Json(value), retry_after_s: None, standing: None }
    }

    /// 429, with `Retry-After` if the limits send one.
    pub(crate) fn too_many(retry_after_s: Option<u64>) -> Self {
        let mut reply = Self::from(Err(ApiError::new(StatusCode::TOO_MANY_REQUESTS, "Too many requests")));
        reply.retry_after_s = retry_after_s;
        reply
    }

    /// 500 and 503 as the API words them; 502 as the proxy before it does, in HTML.
    pub(crate) fn server_error(status: u16) -> Self {
        match status {
            502 => Self {
                status: StatusCode::BAD_GATEWAY,
                payload: Payload::Html(
                    "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n\
                     <center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n",
                ),
                retry_after_s: None,
                standing: None,
            },
            503 => Self::from(Err(ApiError::new(StatusCode::SERVICE_UNAVAILABLE, "Service Unavailable"))),
            _ => Self::from(Err(ApiError::new(StatusCode::INTERNAL_SERVER_ERROR, "Internal server error"))),
        }
    }

    /// The stand-in for an answer that no caller will get.
    pub(crate) fn none() -> Self {
        Self::json(StatusCode::SERVICE_UNAVAILABLE, Value::Null)
    }

    pub(crate) fn into_response(self, request_id: &str) -> Response {
        let mut response = Response::builder().status(self.status).header("X-Request-Id", request_id);
        if let Some(standing) = self.standing {
            response = response
                .header("X-RateLimit-Limit", standing.limit)
                .header("X-RateLimit-Remaining", standing.remaining)
                .header("X-RateLimit-Reset", standing.reset_at_s);
        }
        if let Some(seconds) = self.retry_after_s {
            response = response.header("Retry-After", seconds);
        }
        match self.payload {
            Payload::Json(value) => response.content_type("application/json").body(value.to_string()),
            Payload::Html(page) => response.content_type("text/html").body(page),
        }
    }
}
