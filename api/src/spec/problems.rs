//! The problems of the document: which operation answers which, and how they are written.

use std::collections::BTreeMap;

use domain::Perm;
use poem::http::{Method, StatusCode};
use poem_openapi::OpenApi;
use serde_json::{Map, Value, json};

use super::request_id_header;
use crate::auth::gates::ADMIN;
use crate::problem;
use crate::routes::Operations;

/// The statuses of problems, each with the codes that any operation of that status may answer.
const STATUSES: &[(u16, &[&str])] = &[
    (400, &["invalid_request"]),
    (401, &["unauthenticated"]),
    (402, &[]),
    (403, &["forbidden", "address_not_allowed"]),
    (404, &["not_found"]),
    (408, &["request_timeout"]),
    (409, &[]),
    (410, &[]),
    (413, &["payload_too_large"]),
    (415, &["unsupported_media_type"]),
    (429, &["rate_limited"]),
    (500, &["internal"]),
    (503, &["timeout", "unavailable"]),
];

/// Codes by status.
pub(super) type Codes = BTreeMap<u16, Vec<&'static str>>;

/// What each operation declares beside its handler, by its id.
pub(super) fn declared() -> BTreeMap<&'static str, Codes> {
    let mut found = BTreeMap::new();
    let operations = Operations::meta().into_iter().flat_map(|api| api.paths).flat_map(|path| path.operations);
    for operation in operations {
        let codes: &mut Codes = found.entry(operation.operation_id.unwrap_or_default()).or_default();
        for response in operation.responses.responses {
            if let Some(status) = response.status.filter(|status| *status >= 400) {
                codes.entry(status).or_default().push(response.description);
            }
        }
    }
    found
}

/// The statuses that follow from an operation's shape: what it takes, and who may call it.
fn implied(path: &str, method: &str, operation: &Value) -> Vec<u16> {
    let takes_body = operation.get("requestBody").is_some();
    // Any address and any body can be one that nothing reads, such as one with NUL.
    let mut statuses = vec![400, 429, 500, 503];
    let mut when = |is: bool, more: &[u16]| statuses.extend(more.iter().filter(|_| is));
    when(takes_body, &[408, 413, 415]);
    when(operation.get("security").is_some(), &[401, 403]);
    // A change that a page sends must come from one of the panel's own pages.
    when(!method.eq_ignore_ascii_case(Method::GET.as_str()), &[403]);
    when(path.contains('{'), &[404]);
    statuses
}

/// Writes into an operation which problems it answers: those of its shape and its own. Codes that
/// are its own are listed under `x-codes`, those of any operation in the shared response.
pub(super) fn add(path: &str, method: &str, operation: &mut Value, own: &Codes) {
    let mut own = own.clone();
    if operation.get("security").is_some() {
        // Any request of a signed-in user may say for whom it is meant (`X-SkyPanel-For`).
        own.entry(409).or_default().push("other_user");
    }
    if operation["x-access"].as_str().is_some_and(|word| word.parse::<Perm>().is_ok()) {
        own.entry(400).or_default().push("org_required");
        // What the organisation's security asks for.
        own.entry(403).or_default().push("mfa_required");
        own.entry(404).or_default();
    }
    if operation["x-access"].as_str().is_some_and(|word| word.starts_with(ADMIN)) {
        own.entry(403).or_default().push("mfa_required");
    }
    if operation["x-step-up"] == true {
        own.entry(403).or_default().push("step_up_required");
    }
    let statuses: Vec<u16> = implied(path, method, operation).into_iter().chain(own.keys().copied()).collect();
    if let Some(responses) = operation.get_mut("responses").and_then(Value::as_object_mut) {
        for status in statuses {
            responses.insert(status.to_string(), json!({ "$ref": format!("#/components/responses/{}", name(status)) }));
        }
    }
    own.retain(|_, codes| !codes.is_empty());
    if !own.is_empty() {
        operation["x-codes"] = json!(&own);
    }
}

/// The shared responses, by their names.
pub(super) fn responses() -> Value {
    STATUSES.iter().map(|(status, codes)| (name(*status), response(*status, codes))).collect()
}

fn name(status: u16) -> String {
    format!("Problem{status}")
}

fn response(status: u16, codes: &[&str]) -> Value {
    let title = problem::title(StatusCode::from_u16(status).unwrap_or_default());
    let mut headers = Map::from_iter([request_id_header()]);
    if matches!(status, 429 | 503) {
        headers.insert("Retry-After".into(), retry_after_header());
    }
    json!({
        "description": title,
        "headers": headers,
        "content": { problem::CONTENT_TYPE: { "schema": { "$ref": "#/components/schemas/Problem" } } },
        "x-codes": codes,
    })
}

const POINTER: &str = "An RFC 6901 pointer into the body; `/name` for a parameter, `/headers/Name` for a header.";

fn retry_after_header() -> Value {
    json!({
        "description": "After how many seconds to try again.",
        "schema": { "type": "integer", "format": "int32", "minimum": 0, "maximum": 86_400 },
    })
}

/// A problem as it is written.
pub(super) fn schema() -> Value {
    let text =
        |description: &str, length: u32| json!({ "type": "string", "maxLength": length, "description": description });
    let amount =
        |description: &str| json!({ "allOf": [{ "$ref": "#/components/schemas/Money" }], "description": description });
    json!({
        "type": "object",
        "description": "What went wrong (RFC 9457), and what to do about it.",
        "required": ["type", "title", "status", "code", "detail", "errors", "request_id"],
        "properties": {
            "type": text("A URN that ends in the code.", 200),
            "title": text("The status in words.", 100),
            "status": {
                "type": "integer", "format": "int32", "minimum": 400, "maximum": 599, "description": "The HTTP status.",
            },
            "code": text("A stable word for programs, such as `insufficient_funds`.", 100),
            "detail": text("What happened and what to do next, for the user.", 4000),
            "errors": {
                "type": "array",
                "maxItems": 100,
                "description": "The fields that caused it.",
                "items": {
                    "type": "object",
                    "required": ["pointer", "detail"],
                    "additionalProperties": false,
                    "properties": {
                        "pointer": text(POINTER, 300),
                        "detail": text("What is wrong with the field.", 1000),
                    },
                },
            },
            "request_id": text("The request's reference; quote it when you contact support.", 64),
            "needed": amount("What the order needs; with `spend_cap_reached`: what it would come to."),
            "available": amount("With `insufficient_funds`: what can be spent; with `spend_cap_reached`: the limit."),
            "price_now": amount("With `price_changed`: what an hour costs now."),
            "price_seen": amount("With `price_changed`: what the order said that an hour costs."),
            "owed": amount("With `in_debt`: the amount that is owed."),
        },
        "additionalProperties": true,
    })
}
