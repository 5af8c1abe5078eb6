//! Money on the wire: decimal strings only, so that no float ever touches an amount.

use std::borrow::Cow;

use domain::Currency;
use poem_openapi::registry::{MetaSchema, MetaSchemaRef, Registry};
use poem_openapi::types::{ParseError, ParseFromJSON, ParseResult, ToJSON, Type};
use serde_json::{Map, Value, json};

use super::{plain_value, schema};

/// An amount as `{"amount":"12.345600","currency":"USD"}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Money(pub domain::Money);

impl Money {
    /// An amount in micro-units of the wallets' currency.
    #[must_use]
    pub const fn usd(micros: i64) -> Self {
        Self(domain::Money::usd(micros))
    }

    /// The amount as a JSON value.
    #[must_use]
    pub fn json(&self) -> Value {
        json!({ "amount": self.0.amount(), "currency": self.0.currency.code() })
    }
}

impl Type for Money {
    plain_value!();

    fn name() -> Cow<'static, str> {
        "Money".into()
    }

    fn schema_ref() -> MetaSchemaRef {
        MetaSchemaRef::Reference("Money".to_owned())
    }

    fn register(registry: &mut Registry) {
        registry.create_schema::<Self, _>("Money".to_owned(), |_| {
            let text = |format, description, pattern: &str, length| {
                MetaSchemaRef::Inline(Box::new(MetaSchema {
                    description: Some(description),
                    pattern: Some(pattern.to_owned()),
                    max_length: Some(length),
                    ..MetaSchema::new_with_format("string", format)
                }))
            };
            MetaSchema {
                description: Some("An amount of money."),
                required: vec!["amount", "currency"],
                properties: vec![
                    (
                        "amount",
                        text(
                            schema::DECIMAL,
                            "Decimal digits with at most six decimals; responses always have six.",
                            r"^-?[0-9]{1,13}(\.[0-9]{1,6})?$",
                            21,
                        ),
                    ),
                    (
                        "currency",
                        text(schema::CURRENCY, "An ISO 4217 code; wallets and prices are kept in USD.", "^USD$", 3),
                    ),
                ],
                example: Some(json!({ "amount": "12.345600", "currency": "USD" })),
                ..MetaSchema::new("object")
            }
        });
    }
}

impl ParseFromJSON for Money {
    fn parse_from_json(value: Option<Value>) -> ParseResult<Self> {
        let Some(Value::Object(mut object)) = value else {
            return Err(ParseError::expected_type(value.unwrap_or_default()));
        };
        let amount = text(&mut object, "amount")?;
        let currency: Currency = text(&mut object, "currency")?.parse().map_err(ParseError::custom)?;
        if let Some(name) = object.keys().next() {
            return Err(ParseError::custom(format!("unknown field `{name}`.")));
        }
        domain::Money::parse(&amount, currency).map(Self).map_err(ParseError::custom)
    }
}

fn text(object: &mut Map<String, Value>, name: &str) -> Result<String, String> {
    match object.remove(name) {
        Some(Value::String(text)) => Ok(text),
        _ => Err(format!("write `{name}` as a string")),
    }
}

impl ToJSON for Money {
    fn to_json(&self) -> Option<Value> {
        Some(self.json())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_strings_alone() {
        let parse = |value: Value| Money::parse_from_json(Some(value));
        assert_eq!(parse(json!({ "amount": "12.5", "currency": "USD" })).unwrap(), Money::usd(12_500_000));
        assert_eq!(Money::usd(-1).json(), json!({ "amount": "-0.000001", "currency": "USD" }));
        for bad in [
            json!({ "amount": 12.5, "currency": "USD" }),
            json!({ "amount": 12, "currency": "USD" }),
            json!({ "amount": "1e3", "currency": "USD" }),
            json!({ "amount": "1", "currency": "usd" }),
            json!({ "amount": "1" }),
            json!({ "amount": "1", "currency": "USD", "more": 1 }),
            json!("12.5"),
            json!(12),
            Value::Null,
        ] {
            assert!(parse(bad.clone()).is_err(), "{bad}");
        }
    }
}
