//! Objects whose members only their writer knows.

use std::borrow::Cow;

use poem_openapi::registry::{MetaSchema, MetaSchemaRef};
use poem_openapi::types::{ParseError, ParseFromJSON, ParseResult, ToJSON, Type};
use serde_json::{Map, Value};

use super::plain_value;

/// A JSON object with any members.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Document(Map<String, Value>);

impl Document {
    /// The object of a row; anything else becomes its only member, `value`.
    #[must_use]
    pub fn of(value: Value) -> Self {
        match value {
            Value::Object(object) => Self(object),
            other => Self(Map::from_iter([("value".to_owned(), other)])),
        }
    }

    /// What it holds.
    #[must_use]
    pub fn into_json(self) -> Value {
        Value::Object(self.0)
    }
}

impl Type for Document {
    plain_value!();

    fn name() -> Cow<'static, str> {
        "object".into()
    }

    fn schema_ref() -> MetaSchemaRef {
        MetaSchemaRef::Inline(Box::new(MetaSchema {
            additional_properties: Some(Box::new(MetaSchemaRef::Inline(Box::new(MetaSchema::ANY)))),
            ..MetaSchema::new("object")
        }))
    }
}

impl ParseFromJSON for Document {
    fn parse_from_json(value: Option<Value>) -> ParseResult<Self> {
        match value {
            Some(Value::Object(object)) => Ok(Self(object)),
            other => Err(ParseError::expected_type(other.unwrap_or_default())),
        }
    }
}

impl ToJSON for Document {
    fn to_json(&self) -> Option<Value> {
        Some(Value::Object(self.0.clone()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn it_is_always_an_object() {
        for (row, wire) in
            [(json!({ "a": 1 }), json!({ "a": 1 })), (json!([1]), json!({ "value": [1] })), (json!({}), json!({}))]
        {
            assert_eq!(Document::of(row).to_json(), Some(wire));
        }
        assert!(Document::parse_from_json(Some(json!([]))).is_err());
    }
}
