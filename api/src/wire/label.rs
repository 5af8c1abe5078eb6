//! Texts of a fixed form that customers choose: servers' names, and keys of requests.

use std::borrow::Cow;

use poem_openapi::registry::{MetaSchema, MetaSchemaRef};
use poem_openapi::types::{ParseError, ParseFromJSON, ParseFromParameter, ParseResult, ToJSON, Type};
use serde_json::Value;

use super::{plain_value, schema};

/// A server's name: letters, digits, dots, hyphens and underscores, as host names go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label(pub String);

impl Type for Label {
    plain_value!();

    fn name() -> Cow<'static, str> {
        "label".into()
    }

    fn schema_ref() -> MetaSchemaRef {
        MetaSchemaRef::Inline(Box::new(MetaSchema {
            pattern: Some("^[A-Za-z0-9][A-Za-z0-9._-]*[A-Za-z0-9]$".to_owned()),
            min_length: Some(3),
            max_length: Some(64),
            ..MetaSchema::new_with_format("string", schema::LABEL)
        }))
    }
}

impl ParseFromJSON for Label {
    fn parse_from_json(value: Option<Value>) -> ParseResult<Self> {
        match value {
            Some(Value::String(text)) => Ok(Self(text)),
            other => Err(ParseError::expected_type(other.unwrap_or_default())),
        }
    }
}

impl ToJSON for Label {
    fn to_json(&self) -> Option<Value> {
        Some(Value::from(self.0.as_str()))
    }
}

/// A key of the client's own for one request. The rules check its form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key(pub String);

impl Type for Key {
    plain_value!();

    fn name() -> Cow<'static, str> {
        "idempotency_key".into()
    }

    fn schema_ref() -> MetaSchemaRef {
        MetaSchemaRef::Inline(Box::new(MetaSchema {
            pattern: Some("^[!-~]+$".to_owned()),
            min_length: Some(8),
            max_length: Some(255),
            ..MetaSchema::new("string")
        }))
    }
}

impl ParseFromParameter for Key {
    fn parse_from_parameter(value: &str) -> ParseResult<Self> {
        Ok(Self(value.to_owned()))
    }
}
