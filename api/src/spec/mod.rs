//! The `OpenAPI` document: what poem-openapi writes, and what it can't know.
//!
//! poem-openapi derives paths, parameters and bodies from the handlers. Added here, each by one
//! rule for all operations: the problems that follow from an operation's shape and those that it
//! declares itself, bounds for plain numbers and texts, and that objects hold nothing else. The whole document is
//! committed; the one that everybody is shown ([`public`]) is made of it.

mod bounds;
mod problems;
mod public;
#[cfg(test)]
mod tests;

use std::sync::LazyLock;

use domain::Perm;
use serde_json::{Map, Value, json};

use crate::auth::gates::{ADMIN_VERIFIED, OWN_VERIFIED};
use crate::auth::{BEARER, COOKIE};
use crate::routes;
use bounds::bound;
pub use public::{public, references};

/// Operations that need no session, by their ids.
pub const PUBLIC: &[&str] = &[
    "getConfig",
    "register",
    "login",
    "answerSecondFactor",
    "startPasskey",
    "finishPasskey",
    "startOidc",
    "finishOidc",
    "getOidcPending",
    "createToken",
    "refreshSession",
    "logout",
    "lookAtInvitation",
    "declineInvitation",
    "reportKey",
    "askPasswordReset",
    "resetPassword",
    "undoEmailChange",
];

const ABOUT: &str = "Order servers, use them, and see what they cost. Amounts are decimal strings, times are RFC 3339 \
    in UTC, ids carry their kind, lists are paged by opaque cursors, and errors are problem+json (RFC 9457) with a \
    stable `code`. A session ends seven days after its last renewal and thirty days after the sign-in at the latest; \
    an access token is valid for ten minutes. A page says with the header `X-SkyPanel-For: usr_…` for which user a \
    request is meant: if another is signed in, the answer is 409 `other_user` and nothing is done. Operations whose \
    `x-access` is a permission concern one organisation, which the header `X-Org: org_…` names; it may be left out by \
    those who belong to one alone. Operations with `x-step-up` want a session whose user proved in the last ten \
    minutes who they are.";

static DOCUMENT: LazyLock<Value> = LazyLock::new(write);

/// The whole document, for administrators and for tests: pretty, and the same for the same build.
#[must_use]
pub fn spec_json() -> String {
    pretty(document())
}

/// A document as it is written.
#[must_use]
pub fn pretty(document: &Value) -> String {
    let mut text = serde_json::to_string_pretty(document).unwrap_or_default();
    text.push('\n');
    text
}

/// The document, written once a process.
#[must_use]
pub fn document() -> &'static Value {
    &DOCUMENT
}

fn write() -> Value {
    let mut document: Value = serde_json::from_str(&routes::service().spec()).unwrap_or_default();
    document["openapi"] = "3.0.3".into();
    document["info"] = json!({
        "title": "SkyPanel",
        "version": env!("CARGO_PKG_VERSION"),
        "description": ABOUT,
        "contact": { "name": "SkyPanel", "url": "https://github.com/skypanel/skypanel" },
        "license": { "name": "AGPL-3.0-or-later", "url": "https://www.gnu.org/licenses/agpl-3.0.html" },
    });
    document["servers"] = json!([{ "url": "/", "description": "This panel" }]);
    let declared = problems::declared();
    if let Some(paths) = document["paths"].as_object_mut() {
        for (path, operations) in paths {
            for (method, operation) in operations.as_object_mut().into_iter().flatten() {
                let own = declared.get(operation["operationId"].as_str().unwrap_or_default());
                refine(operation);
                problems::add(path, method, operation, own.unwrap_or(&problems::Codes::new()));
            }
        }
    }
    if let Some(schemas) = document["components"]["schemas"].as_object_mut() {
        for schema in schemas.values_mut() {
            bound(schema);
        }
        schemas.insert("Problem".into(), problems::schema());
    }
    document["components"]["responses"] = problems::responses();
    document.sort_all_objects();
    document
}

/// Turns the word that a gate wrote into the schemes by which one passes it, and says it as `x-access`.
fn say_access(operation: &mut Value) {
    let Some(word) = operation["security"][0].as_object().and_then(|scheme| scheme.keys().next().cloned()) else {
        return;
    };
    let perm: Option<Perm> = word.parse().ok();
    let steps_up = perm.map_or(word == OWN_VERIFIED || word == ADMIN_VERIFIED, Perm::steps_up);
    operation["security"] = json!([{ BEARER: [] }, { COOKIE: [] }]);
    operation["x-access"] = word.into();
    if steps_up {
        operation["x-step-up"] = true.into();
    }
}

fn refine(operation: &mut Value) {
    say_access(operation);
    for parameter in operation.get_mut("parameters").and_then(Value::as_array_mut).into_iter().flatten() {
        if parameter["name"] == "Idempotency-Key" {
            parameter["required"] = true.into();
        }
        if let Some(schema) = parameter.get_mut("schema") {
            bound(schema);
        }
    }
    for response in operation.get_mut("responses").and_then(Value::as_object_mut).into_iter().flat_map(Map::values_mut)
    {
        let headers = response["headers"].as_object().cloned().unwrap_or_default();
        response["headers"] = Value::Object(headers.into_iter().chain([request_id_header()]).collect());
        plain_media_types(response);
    }
    if let Some(body) = operation.get_mut("requestBody") {
        plain_media_types(body);
    }
}

fn request_id_header() -> (String, Value) {
    (
        "X-Request-Id".into(),
        json!({
            "description": "The request's reference; quote it when you contact support.",
            "schema": { "type": "string", "maxLength": 64 },
        }),
    )
}

fn plain_media_types(holder: &mut Value) {
    let Some(content) = holder.get_mut("content").and_then(Value::as_object_mut) else {
        return;
    };
    *content = std::mem::take(content)
        .into_iter()
        .map(|(media, mut value)| {
            bound(&mut value["schema"]);
            (media.split(';').next().unwrap_or_default().to_owned(), value)
        })
        .collect();
}
