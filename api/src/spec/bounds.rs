//! Bounds: everything in the document has one, and objects hold nothing that it does not name.

use serde_json::{Map, Value, json};

/// The largest whole number that scripts count exactly.
const MAX_SAFE_INTEGER: i64 = 9_007_199_254_740_991;
/// No text in an answer is longer, unless its schema says less.
const MAX_TEXT: i64 = 65_536;

/// Puts a bound on everything in a schema that has none, and closes its objects.
pub(super) fn bound(schema: &mut Value) {
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

/// The schema that only null fits. Beside a reference or a list of words, `nullable` would allow nothing: both still
/// have to fit the value (`OpenAPI` 3.0.3, "nullable").
fn nothing() -> Value {
    json!({ "type": "string", "nullable": true, "enum": [null] })
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
        flatten_reference(property);
        let Some(members) = property.as_object_mut() else { continue };
        let referred = members.remove("allOf").and_then(|mut parts| parts.as_array_mut()?.pop());
        let reference = members.remove("$ref").map(|reference| json!({ "$ref": reference })).or(referred);
        let words = members.remove("enum").map(|words| json!({ "type": members.remove("type"), "enum": words }));
        match reference.or(words) {
            Some(value) => members.insert("anyOf".to_owned(), Value::Array(vec![value, nothing()])),
            None => members.insert("nullable".to_owned(), true.into()),
        };
    }
    match object.get("additionalProperties") {
        None => default(object, "additionalProperties", false.into()),
        Some(_) => default(object, "maxProperties", 100.into()),
    }
    object.remove("title");
}

/// A description beside a reference comes as `allOf: [reference, description]`: the second part
/// repeats what the schema itself says.
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
