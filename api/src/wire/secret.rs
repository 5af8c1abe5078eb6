//! Passwords and tokens on the wire: read, compared, never printed.

use std::borrow::Cow;

use poem_openapi::registry::{MetaSchema, MetaSchemaRef};
use poem_openapi::types::{ParseError, ParseFromJSON, ParseResult, ToJSON, Type};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

use super::plain_value;

/// A secret text.
#[derive(Clone, Debug)]
pub struct Secret(pub SecretString);

impl AsRef<str> for Secret {
    fn as_ref(&self) -> &str {
        self.0.expose_secret()
    }
}

impl From<SecretString> for Secret {
    fn from(secret: SecretString) -> Self {
        Self(secret)
    }
}

impl Type for Secret {
    plain_value!();

    fn name() -> Cow<'static, str> {
        "string_password".into()
    }

    fn schema_ref() -> MetaSchemaRef {
        MetaSchemaRef::Inline(Box::new(MetaSchema::new_with_format("string", "password")))
    }
}

impl ParseFromJSON for Secret {
    fn parse_from_json(value: Option<Value>) -> ParseResult<Self> {
        match value {
            Some(Value::String(text)) => Ok(Self(SecretString::from(text))),
            // What was sent may be a secret all the same: it must not be repeated.
            _ => Err(ParseError::custom("a secret is a string")),
        }
    }
}

impl ToJSON for Secret {
    fn to_json(&self) -> Option<Value> {
        Some(Value::String(self.0.expose_secret().to_owned()))
    }
}
