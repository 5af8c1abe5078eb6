//! The `OpenAPI` document: what poem-openapi writes, and what it can't know.
//!
//! poem-openapi derives paths, parameters and bodies from the handlers. Added here, each by one
//! rule for all operations: the problems that they answer, bounds for plain numbers and texts,
//! and that objects hold nothing else.

use serde_json::{Map, Value, json};

use crate::problem;
use crate::routes;

/// The largest whole number that scripts count exactly.
const MAX_SAFE_INTEGER: i64 = 9_007_199_254_740_991;
/// No text in an answer is longer, unless its schema says less.
const MAX_TEXT: i64 = 65_536;
/// Operations that nobody has to sign in for.
pub const PUBLIC: &[&str] = &["getConfig", "register", "login", "createToken", "refreshSession", "logout"];

/// Statuses that single operations answer beside those that follow from their shape.
const EXTRA: &[(&str, &[u16])] = &[
    ("register", &[403, 409]),
    ("login", &[401, 403]),
    ("createToken", &[401]),
    ("refreshSession", &[401, 403]),
    ("logout", &[403]),
    ("createVps", &[402, 409]),
    ("renameVps", &[409]),
    ("actOnVps", &[409]),
    ("deleteVps", &[409]),
    ("removeCloud", &[409]),
    ("addPlan", &[409]),
    ("changePlan", &[409]),
    ("giveCredit", &[409]),
    ("retryJob", &[402, 409]),
    ("cancelJob", &[409]),
    ("discardJob", &[409]),
    ("bulkJobs", &[409]),
    ("runSchedule", &[409]),
];

/// The document, pretty and the same for the same build.
#[must_use]
pub fn spec_json() -> String {
    let mut text = serde_json::to_string_pretty(&document()).unwrap_or_default();
    text.push('\n');
    text
}

/// The document.
#[must_use]
pub fn document() -> Value {
    let mut document: Value = serde_json::from_str(&routes::service().spec()).unwrap_or_default();
    document["openapi"] = "3.0.3".into();
    document["info"] = json!({
        "title": "SkyPanel",
        "version": env!("CARGO_PKG_VERSION"),
        "description": "Order servers, use them, and see what they cost. Amounts are decimal strings, times are RFC 3339 in UTC, ids carry their kind, lists are paged by opaque cursors, and errors are problem+json (RFC 9457) with a stable `code`.",
        "contact": { "name": "SkyPanel", "url": "https://github.com/skypanel/skypanel" },
        "license": { "name": "AGPL-3.0-or-later", "url": "https://www.gnu.org/licenses/agpl-3.0.html" },
    });
    document["servers"] = json!([{ "url": "/", "description": "This panel" }]);
    if let Some(paths) = document["paths"].as_object_mut() {
        for (path, operations) in paths {
            for operation in operations.as_object_mut().into_iter().flat_map(Map::values_mut) {
                refine(path, operation);
            }
        }
    }
    if let Some(schemas) = document["components"]["schemas"].as_object_mut() {
        for schema in schemas.values_mut() {
            bound(schema);
        }
        schemas.insert("Problem".into(), problem_schema());
    }
    document["components"]["responses"] =
        Value::Object(STATUSES.iter().map(|status| (name(*status), problem_response(*status))).collect());
    document.sort_all_objects();
    document
}

const STATUSES: &[u16] = &[400, 401, 402, 403, 404, 409, 413, 415, 429, 500, 503];

fn name(status: u16) -> String {
    format!("Problem{status}")
}

fn refine(path: &str, operation: &mut Value) {
    let id = operation["operationId"].as_str().unwrap_or_default().to_owned();
    let has_body = operation.get("requestBody").is_some();
    let has_input = has_body || operation["parameters"].as_array().is_some_and(|parameters| !parameters.is_empty());
    let signed_in = operation.get("security").is_some();
    let mut statuses = vec![429, 500, 503];
    statuses.extend(if has_input { &[400][..] } else { &[] });
    statuses.extend(if has_body { &[413, 415][..] } else { &[] });
    statuses.extend(if signed_in { &[401, 403][..] } else { &[] });
    statuses.extend(if path.contains('{') { &[404][..] } else { &[] });
    statuses.extend(EXTRA.iter().filter(|(extra, _)| *extra == id).flat_map(|(_, statuses)| statuses.iter()));
    statuses.sort_unstable();
    statuses.dedup();
    for parameter in operation.get_mut("parameters").and_then(Value::as_array_mut).into_iter().flatten() {
        if parameter["name"] == "Idempotency-Key" {
            parameter["required"] = true.into();
        }
        if let Some(schema) = parameter.get_mut("schema") {
            bound(schema);
        }
    }
    if let Some(responses) = operation.get_mut("responses").and_then(Value::as_object_mut) {
        for response in responses.values_mut() {
            let headers = response["headers"].as_object().cloned().unwrap_or_default();
            response["headers"] = Value::Object(headers.into_iter().chain([request_id_header()]).collect());
            plain_media_types(response);
        }
        for status in statuses {
            responses.insert(status.to_string(), json!({ "$ref": format!("#/components/responses/{}", name(status)) }));
        }
    }
    if has_body {
        plain_media_types(&mut operation["requestBody"]);
    }
}

fn request_id_header() -> (String, Value) {
    (
        "X-Request-Id".into(),
        json!({ "description": "What to tell support about this request.", "schema": { "type": "string", "maxLength": 64 } }),
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

/// Puts a bound on everything in a schema that has none, and closes its objects.
fn bound(schema: &mut Value) {
    if schema.get("$ref").is_some() {
        return;
    }
    flatten_reference(schema);
    let Some(object) = schema.as_object_mut() else {
        return;
    };
    let kind = object.get("type").and_then(Value::as_str).unwrap_or_default().to_owned();
    match kind.as_str() {
        "string" if !object.contains_key("enum") => default(object, "maxLength", MAX_TEXT.into()),
        "integer" => {
            let most = if object.get("format").and_then(Value::as_str) == Some("int64") {
                MAX_SAFE_INTEGER
            } else {
                i64::from(i32::MAX)
            };
            if !matches!(object.get("format").and_then(Value::as_str), Some("int32" | "int64")) {
                object.insert("format".into(), "int32".into());
            }
            default(object, "minimum", 0.into());
            default(object, "maximum", most.into());
            for name in ["minimum", "maximum"] {
                whole(object, name);
            }
        }
        "array" => default(object, "maxItems", 1000.into()),
        "object" => close(object),
        _ => {}
    }
    for name in ["items", "additionalProperties"] {
        if let Some(inner) = object.get_mut(name).filter(|inner| inner.is_object()) {
            bound(inner);
        }
    }
    for inner in object.get_mut("properties").and_then(Value::as_object_mut).into_iter().flat_map(Map::values_mut) {
        bound(inner);
    }
}

/// What is not required may be null: that is how optional fields are read and written here.
fn close(object: &mut Map<String, Value>) {
    let required: Vec<String> = object
        .get("required")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|name| name.as_str().map(str::to_owned))
        .collect();
    for (name, property) in object.get_mut("properties").and_then(Value::as_object_mut).into_iter().flatten() {
        if required.contains(name) {
            continue;
        }
        if let Some(reference) = property.get("$ref").cloned() {
            *property = json!({ "allOf": [{ "$ref": reference }] });
        }
        property["nullable"] = true.into();
    }
    match object.get("additionalProperties") {
        None => default(object, "additionalProperties", false.into()),
        Some(_) => default(object, "maxProperties", 100.into()),
    }
    object.remove("title");
}

/// A description beside a reference comes as `allOf: [reference, description]`: the second part
/// says nothing more than what stands beside it.
fn flatten_reference(schema: &mut Value) {
    if let Some(parts) = schema.get_mut("allOf").and_then(Value::as_array_mut) {
        parts.retain(|part| part.get("$ref").is_some());
    }
}

fn default(object: &mut Map<String, Value>, name: &str, value: Value) {
    object.entry(name).or_insert(value);
}

fn whole(object: &mut Map<String, Value>, name: &str) {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "bounds are small whole numbers that a validator keeps as a float"
    )]
    if let Some(value) =
        object.get(name).and_then(Value::as_f64).filter(|value| value.fract() == 0.0 && value.abs() < 1e15)
    {
        object.insert(name.into(), (value as i64).into());
    }
}

fn problem_response(status: u16) -> Value {
    let title = problem::title(poem::http::StatusCode::from_u16(status).unwrap_or_default());
    let mut headers = Map::from_iter([request_id_header()]);
    if matches!(status, 429 | 503) {
        headers.insert("Retry-After".into(), json!({ "description": "After how many seconds to try again.", "schema": { "type": "integer", "format": "int32", "minimum": 0, "maximum": 86_400 } }));
    }
    json!({
        "description": title,
        "headers": headers,
        "content": { problem::CONTENT_TYPE: { "schema": { "$ref": "#/components/schemas/Problem" } } },
    })
}

fn problem_schema() -> Value {
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
            "status": { "type": "integer", "format": "int32", "minimum": 400, "maximum": 599, "description": "The HTTP status." },
            "code": text("A stable word for programs, such as `insufficient_funds`.", 100),
            "detail": text("What happened and what to do, for the person who asked.", 4000),
            "errors": {
                "type": "array",
                "maxItems": 100,
                "description": "The fields that are to blame.",
                "items": {
                    "type": "object",
                    "required": ["pointer", "detail"],
                    "additionalProperties": false,
                    "properties": {
                        "pointer": text("An RFC 6901 pointer into the body; `/name` for a parameter, `/headers/Name` for a header.", 300),
                        "detail": text("What is wrong with it.", 1000),
                    },
                },
            },
            "request_id": text("What to tell support.", 64),
            "needed": amount("With `insufficient_funds`: what the order needs."),
            "available": amount("With `insufficient_funds`: what can be spent."),
            "owed": amount("With `in_debt`: what is owed."),
        },
        "additionalProperties": true,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    fn operations() -> Vec<(String, String, Value)> {
        let document = document();
        let paths = document["paths"].as_object().unwrap().clone();
        paths
            .into_iter()
            .flat_map(|(path, methods)| {
                methods
                    .as_object()
                    .unwrap()
                    .clone()
                    .into_iter()
                    .map(move |(method, operation)| (method, path.clone(), operation))
            })
            .collect()
    }

    /// `UPDATE=1` writes the file anew.
    #[test]
    fn the_document_is_the_committed_one() {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("openapi.json");
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(&file, spec_json()).unwrap();
        }
        let committed = std::fs::read_to_string(&file).unwrap_or_default();
        assert!(committed == spec_json(), "api/openapi.json is not what this build says: run the test with UPDATE=1");
    }

    #[test]
    fn every_operation_is_described_and_either_public_or_secured() {
        let operations = operations();
        assert!(operations.len() > 35);
        for (method, path, operation) in operations {
            let id = operation["operationId"].as_str().unwrap_or_else(|| panic!("{method} {path} has no operationId"));
            for name in ["summary", "description"] {
                assert!(operation[name].as_str().is_some_and(|text| text.len() > 3), "{id} has no {name}");
            }
            assert_eq!(operation["tags"].as_array().map(Vec::len), Some(1), "{id}");
            let secured = operation["security"].as_array().is_some_and(|security| security.len() == 2);
            assert_eq!(secured, !PUBLIC.contains(&id), "{id}");
            for status in ["429", "500", "503"] {
                assert!(operation["responses"][status].is_object(), "{id} does not declare {status}");
            }
            assert_eq!(
                secured,
                operation["responses"]["403"].is_object()
                    && operation["responses"]["401"].is_object()
                    && operation["security"].is_array(),
                "{id}"
            );
        }
    }

    #[test]
    fn extra_statuses_belong_to_operations_that_exist() {
        let known: Vec<_> = operations()
            .into_iter()
            .map(|(_, _, operation)| operation["operationId"].as_str().unwrap().to_owned())
            .collect();
        for id in EXTRA.iter().map(|(id, _)| id).chain(PUBLIC) {
            assert!(known.iter().any(|known| known == id), "{id}");
        }
    }

    #[test]
    fn objects_in_requests_hold_nothing_else() {
        let document = document();
        for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
            if schema["type"] == "object" && name != "Problem" {
                assert!(schema.get("additionalProperties").is_some(), "{name}");
            }
        }
    }
}
