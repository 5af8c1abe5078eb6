//! Answers, and refusals in PayPal's words.

use poem::http::{StatusCode, header};
use poem::{IntoResponse as _, Response};
use serde_json::{Value, json};

/// What each issue says, word by word as the documents have it.
const ISSUES: &[(&str, &str)] = &[
    (
        "INSTRUMENT_DECLINED",
        "The instrument presented  was either declined by the processor or bank, or it can't be used for this payment.",
    ),
    (
        "ORDER_NOT_APPROVED",
        "Payer has not yet approved the Order for payment. Please redirect the payer to the 'rel':'approve' url \
         returned as part of the HATEOAS links within the Create Order call or provide a valid `payment_source` in \
         the request.",
    ),
    ("ORDER_ALREADY_CAPTURED", "Order already captured.If 'intent=CAPTURE' only one capture per order is allowed."),
    (
        "DUPLICATE_INVOICE_ID",
        "Duplicate Invoice ID detected. To avoid a potential duplicate transaction your account setting requires that \
         Invoice Id be unique for each transaction.",
    ),
    ("TRANSACTION_REFUSED", "The request was refused."),
    (
        "PAYER_CANNOT_PAY",
        "Payer cannot pay for this transaction. Please contact the payer to find other ways to pay for this \
         transaction.",
    ),
    ("MAX_NUMBER_OF_PAYMENT_ATTEMPTS_EXCEEDED", "You have exceeded the maximum number of payment attempts."),
    ("PAYER_ACTION_REQUIRED", "Transaction cannot complete successfully, instruct the buyer to return to PayPal."),
    (
        "REDIRECT_PAYER_FOR_ALTERNATE_FUNDING",
        "Transaction failed. Redirect the payer to select another funding source.",
    ),
    (
        "CANNOT_BE_ZERO_OR_NEGATIVE",
        "Must be greater than zero. If the currency supports decimals, only two decimal place precision is supported.",
    ),
    ("DECIMAL_PRECISION", "If the currency supports decimals, only two decimal place precision is supported."),
    (
        "INVALID_CURRENCY_CODE",
        "Currency code is invalid or is not currently supported. Please refer \
         https://developer.paypal.com/api/rest/reference/currency-codes/ for list of supported currency codes.",
    ),
    ("MAX_VALUE_EXCEEDED", "Should be less than or equal to 999999999999999.99."),
    (
        "REFUND_AMOUNT_EXCEEDED",
        "The refund amount must be less than or equal to the capture amount that has not yet been refunded.",
    ),
    ("REFUND_TIME_LIMIT_EXCEEDED", "You are over the time limit to perform a refund on this capture"),
    ("REFUND_CAPTURE_CURRENCY_MISMATCH", "Refund must be in the same currency as the capture"),
    (
        "PENDING_CAPTURE",
        "Cannot initiate a refund as the capture is pending. Capture is typically pending when the payer has funded \
         the transaction using e-check/bank funded.",
    ),
    (
        "TRANSACTION_DISPUTED",
        "Partial refunds cannot be offered at this time because there is an open case on this transaction. Visit the \
         PayPal Resolution Center to review this case.",
    ),
    ("CAPTURE_FULLY_REFUNDED", "The capture has already been fully refunded"),
    ("REFUND_NOT_ALLOWED", "Capture cannot be refunded."),
    (
        "PAYPAL_REQUEST_ID_REQUIRED",
        "A PayPal-Request-Id is required if you are trying to process payment for an Order. Please specify a \
         PayPal-Request-Id or Create the Order without a 'payment_source' specified.",
    ),
    ("MISSING_REQUIRED_PARAMETER", "A required parameter is missing."),
    ("MALFORMED_REQUEST_JSON", "The request JSON is not well formed."),
    ("INVALID_PARAMETER_VALUE", "A parameter value is not valid."),
    ("INVALID_PARAMETER_SYNTAX", "The value of a field does not conform to the expected format."),
    ("INVALID_STRING_LENGTH", "The value of a field is either too short or too long"),
    ("INVALID_RESOURCE_ID", "Specified resource ID does not exist. Please check the resource ID and try again."),
    (
        "PREVIOUS_REQUEST_IN_PROGRESS",
        "A previous request on this resource is currently in progress. Please wait for sometime and try again. It is \
         best to space out the initial and the subsequent request(s) to avoid receiving this error.",
    ),
];

/// An answer before it is written.
#[derive(Clone, Debug)]
pub(super) enum Reply {
    Json(StatusCode, Value),
    Page(StatusCode, String),
    Text(StatusCode, &'static str, String),
    Elsewhere(String),
    Slower(Option<u64>),
}

impl Reply {
    pub(super) fn ok(value: Value) -> Self {
        Self::Json(StatusCode::OK, value)
    }

    pub(super) fn is_success(&self) -> bool {
        match self {
            Self::Json(status, _) | Self::Page(status, _) | Self::Text(status, ..) => status.is_success(),
            Self::Elsewhere(_) => true,
            Self::Slower(_) => false,
        }
    }

    pub(super) fn status(&self) -> StatusCode {
        match self {
            Self::Json(status, _) | Self::Page(status, _) | Self::Text(status, ..) => *status,
            Self::Elsewhere(_) => StatusCode::SEE_OTHER,
            Self::Slower(_) => StatusCode::TOO_MANY_REQUESTS,
        }
    }

    /// A refusal: of the request's form, of what it asks, of who asks, of a thing that does not exist.
    pub(super) fn refusal(status: StatusCode, issue: &str, field: Option<&str>) -> Self {
        let (name, message) = match status {
            StatusCode::BAD_REQUEST => {
                ("INVALID_REQUEST", "Request is not well-formed, syntactically incorrect, or violates schema.")
            }
            StatusCode::NOT_FOUND => ("RESOURCE_NOT_FOUND", "The specified resource does not exist."),
            StatusCode::CONFLICT => {
                ("RESOURCE_CONFLICT", "The server has detected a conflict while processing this request.")
            }
            StatusCode::FORBIDDEN => ("NOT_AUTHORIZED", "Authorization failed due to insufficient permissions."),
            _ => (
                "UNPROCESSABLE_ENTITY",
                "The requested action could not be performed, semantically incorrect, or failed business validation.",
            ),
        };
        let mut detail = json!({ "issue": issue });
        if let Some((_, words)) = ISSUES.iter().find(|(known, _)| *known == issue) {
            detail["description"] = (*words).into();
        }
        if let Some(field) = field {
            detail["field"] = field.into();
            detail["location"] = "body".into();
        }
        let href = format!("https://developer.paypal.com/docs/api/orders/v2/#error-{issue}");
        let links = json!([{ "href": href, "rel": "information_link", "method": "GET" }]);
        let debug = super::id(13).to_lowercase();
        let body = json!({ "name": name, "message": message, "debug_id": debug, "details": [detail], "links": links });
        Self::Json(status, body)
    }

    pub(super) fn bad(issue: &str, field: Option<&str>) -> Self {
        Self::refusal(StatusCode::BAD_REQUEST, issue, field)
    }

    pub(super) fn unprocessable(issue: &str) -> Self {
        Self::refusal(StatusCode::UNPROCESSABLE_ENTITY, issue, None)
    }

    /// Of an amount: some issues are of its form.
    pub(super) fn amount(issue: &str, field: &str) -> Self {
        let form = ["MISSING_REQUIRED_PARAMETER", "INVALID_PARAMETER_SYNTAX"].contains(&issue);
        let status = if form { StatusCode::BAD_REQUEST } else { StatusCode::UNPROCESSABLE_ENTITY };
        Self::refusal(status, issue, Some(field))
    }

    pub(super) fn not_found() -> Self {
        Self::refusal(StatusCode::NOT_FOUND, "INVALID_RESOURCE_ID", None)
    }

    pub(super) fn conflict() -> Self {
        Self::refusal(StatusCode::CONFLICT, "PREVIOUS_REQUEST_IN_PROGRESS", None)
    }

    pub(super) fn server_error(status: u16) -> Self {
        let json = |status, name: &str, message: &str| {
            Self::Json(status, json!({ "name": name, "message": message, "debug_id": super::id(13).to_lowercase() }))
        };
        match status {
            502 => Self::Page(
                StatusCode::BAD_GATEWAY,
                "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"
                    .to_owned(),
            ),
            503 => json(StatusCode::SERVICE_UNAVAILABLE, "SERVICE_UNAVAILABLE", "Service Unavailable."),
            _ => json(StatusCode::INTERNAL_SERVER_ERROR, "INTERNAL_SERVER_ERROR", "An internal server error occurred."),
        }
    }

    pub(super) fn into_response(self, debug_id: &str) -> Response {
        let builder = |status| Response::builder().status(status).header("Paypal-Debug-Id", debug_id);
        match self {
            Self::Json(status, value) => builder(status).content_type("application/json").body(value.to_string()),
            Self::Page(status, page) => builder(status).content_type("text/html; charset=utf-8").body(page),
            Self::Text(status, kind, text) => builder(status).content_type(kind).body(text),
            Self::Elsewhere(address) => builder(StatusCode::SEE_OTHER).header(header::LOCATION, address).finish(),
            Self::Slower(after) => {
                let mut builder = builder(StatusCode::TOO_MANY_REQUESTS);
                if let Some(seconds) = after {
                    builder = builder.header(header::RETRY_AFTER, seconds);
                }
                let body = json!({
                    "name": "RATE_LIMIT_REACHED",
                    "message": "Too many requests. Blocked due to rate limiting.",
                    "debug_id": debug_id,
                });
                builder.content_type("application/json").body(body.to_string())
            }
        }
        .into_response()
    }
}
