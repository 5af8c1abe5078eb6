//! From the document's JSON to a schema that checks.

use std::collections::HashMap;

use regex::Regex;
use serde_json::{Map, Value};

use super::words::Format;
use super::{Kind, Member, Object, Schema, Text};

/// How deep a schema may nest; deeper ones, which we don't write, hold anything.
const MAX_DEPTH: usize = 16;

/// Every request body of the document.
pub(super) fn bodies(document: &Value) -> HashMap<String, Schema> {
    let operations = document["paths"].as_object().into_iter().flat_map(Map::values);
    let operations = operations.filter_map(Value::as_object).flat_map(Map::values);
    operations
        .filter_map(|operation| operation["requestBody"]["content"]["application/json"]["schema"]["$ref"].as_str())
        .filter_map(|reference| Some((reference.rsplit_once('/')?.1.to_owned(), referred(reference, document)?)))
        .map(|(name, body)| (name, schema(body, document, 0)))
        .collect()
}

fn referred<'a>(reference: &str, document: &'a Value) -> Option<&'a Value> {
    document.pointer(reference.strip_prefix('#')?)
}

pub(super) fn schema(value: &Value, document: &Value, depth: usize) -> Schema {
    if depth > MAX_DEPTH {
        return Schema(Kind::Any);
    }
    // An optional member is `anyOf` a schema and null.
    if let Some(either) = value["anyOf"].get(0) {
        return schema(either, document, depth + 1);
    }
    // A member with a description of its own wraps its reference in `allOf`.
    let reference = value["$ref"].as_str().or_else(|| value["allOf"][0]["$ref"].as_str());
    if let Some(target) = reference.and_then(|reference| referred(reference, document)) {
        return schema(target, document, depth + 1);
    }
    let inner = |value: &Value| schema(value, document, depth + 1);
    if let Some(shapes) = value["oneOf"].as_array() {
        return Schema(one_of(shapes.iter().map(inner).collect()));
    }
    Schema(match value["type"].as_str().unwrap_or_default() {
        "string" => Kind::Text(text(value)),
        "integer" => Kind::Whole { min: value["minimum"].as_i64(), max: value["maximum"].as_i64() },
        "number" => Kind::Number,
        "boolean" => Kind::Flag,
        "array" => Kind::List {
            items: Box::new(inner(&value["items"])),
            min: size(value, "minItems").unwrap_or(0),
            max: size(value, "maxItems").unwrap_or(usize::MAX),
        },
        "object" => Kind::Object(object(value, inner)),
        _ => Kind::Any,
    })
}

fn text(value: &Value) -> Text {
    let words = value["enum"].as_array().into_iter().flatten().filter_map(Value::as_str);
    Text {
        min: size(value, "minLength").unwrap_or(0),
        max: size(value, "maxLength").unwrap_or(usize::MAX),
        pattern: value["pattern"].as_str().and_then(|pattern| Regex::new(pattern).ok()),
        words: words.map(str::to_owned).collect(),
        format: Format::of(value),
    }
}

fn size(value: &Value, name: &str) -> Option<usize> {
    value[name].as_u64().and_then(|size| usize::try_from(size).ok())
}

fn object(value: &Value, inner: impl Fn(&Value) -> Schema) -> Object {
    let required = |name: &str| value["required"].as_array().is_some_and(|all| all.iter().any(|one| one == name));
    let member = |(name, schema): (&String, &Value)| Member {
        name: name.clone(),
        schema: inner(schema),
        required: required(name),
    };
    Object {
        members: value["properties"].as_object().into_iter().flatten().map(member).collect(),
        closed: value["additionalProperties"] == false,
    }
}

/// Shapes differ in a member that each of them fixes to one word.
fn one_of(shapes: Vec<Schema>) -> Kind {
    let first = shapes.first().and_then(|shape| shape.fixed().next().map(|(name, _)| name.to_owned()));
    let word = |shape: &Schema, by: &str| shape.fixed().find(|(name, _)| *name == by).map(|(_, word)| word.to_owned());
    let Some(by) = first.filter(|by| shapes.iter().all(|shape| word(shape, by).is_some())) else {
        return Kind::Any;
    };
    let shapes = shapes.into_iter().filter_map(|shape| Some((word(&shape, &by)?, shape))).collect();
    Kind::Shapes { by, shapes }
}

impl Schema {
    /// The members that can only be one word.
    fn fixed(&self) -> impl Iterator<Item = (&str, &str)> {
        let members = match &self.0 {
            Kind::Object(object) => object.members.as_slice(),
            _ => &[],
        };
        members.iter().filter_map(|member| match &member.schema.0 {
            Kind::Text(Text { words, .. }) if words.len() == 1 && member.required => {
                Some((member.name.as_str(), words[0].as_str()))
            }
            _ => None,
        })
    }
}
