//! Typed ids on the wire.

use std::borrow::Cow;

use domain::TypedId;
use poem_openapi::registry::{MetaSchema, MetaSchemaRef};
use poem_openapi::types::{ParseError, ParseFromJSON, ParseFromParameter, ParseResult, ToJSON, Type};
use serde_json::Value;
use uuid::Uuid;

use super::{plain_value, schema};

/// The id that examples show, whatever it is an id of.
const EXAMPLE: Uuid = Uuid::from_u128(0x0199_a4c6_2f10_7d3e_8b57_61c0_9e24_f3ad);

/// An id such as `vps_01j…`: one newtype for all of them, as the traits of poem-openapi can't be
/// implemented for another crate's types.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Id<T>(pub T);

impl<T: TypedId + Send + Sync> Type for Id<T> {
    plain_value!();

    fn name() -> Cow<'static, str> {
        format!("{}_id", T::PREFIX).into()
    }

    fn schema_ref() -> MetaSchemaRef {
        let length = T::PREFIX.len() + 27;
        MetaSchemaRef::Inline(Box::new(MetaSchema {
            pattern: Some(format!("^{}_[0-7][0-9a-hjkmnp-tv-z]{{25}}$", T::PREFIX)),
            min_length: Some(length),
            max_length: Some(length),
            example: Some(T::from(EXAMPLE).to_string().into()),
            ..MetaSchema::new_with_format("string", schema::ID)
        }))
    }
}

impl<T: TypedId + Send + Sync> ParseFromJSON for Id<T> {
    fn parse_from_json(value: Option<Value>) -> ParseResult<Self> {
        match value {
            Some(Value::String(text)) => Self::parse_from_parameter(&text),
            other => Err(ParseError::expected_type(other.unwrap_or_default())),
        }
    }
}

impl<T: TypedId + Send + Sync> ParseFromParameter for Id<T> {
    fn parse_from_parameter(value: &str) -> ParseResult<Self> {
        value.parse().map(Self).map_err(ParseError::custom)
    }
}

impl<T: TypedId + Send + Sync> ToJSON for Id<T> {
    fn to_json(&self) -> Option<Value> {
        Some(Value::String(self.0.to_string()))
    }
}

/// A whole number that travels as a string, as it may be larger than scripts count exactly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Number(pub i64);

impl Type for Number {
    plain_value!();

    fn name() -> Cow<'static, str> {
        "number_string".into()
    }

    fn schema_ref() -> MetaSchemaRef {
        MetaSchemaRef::Inline(Box::new(MetaSchema {
            pattern: Some("^[0-9]{1,18}$".to_owned()),
            max_length: Some(18),
            ..MetaSchema::new("string")
        }))
    }
}

impl ParseFromJSON for Number {
    fn parse_from_json(value: Option<Value>) -> ParseResult<Self> {
        match value {
            Some(Value::String(text)) => Self::parse_from_parameter(&text),
            other => Err(ParseError::expected_type(other.unwrap_or_default())),
        }
    }
}

impl ParseFromParameter for Number {
    fn parse_from_parameter(value: &str) -> ParseResult<Self> {
        if value.is_empty() || value.len() > 18 || !value.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(ParseError::custom("expected digits"));
        }
        value.parse().map(Self).map_err(ParseError::custom)
    }
}

impl ToJSON for Number {
    fn to_json(&self) -> Option<Value> {
        Some(Value::String(self.0.to_string()))
    }
}

/// The wire form of an id whose noun only its row knows.
#[must_use]
pub fn entity_text(noun: &str, id: Uuid) -> String {
    domain::wire_id(noun, id).unwrap_or_else(|| id.to_string())
}

#[cfg(test)]
mod tests {
    use domain::{OrgId, VpsId};

    use super::*;

    #[test]
    fn an_id_of_another_kind_is_refused() {
        let vps = VpsId(Uuid::from_u128(7)).to_string();
        assert_eq!(Id::<VpsId>::parse_from_parameter(&vps).unwrap().0, VpsId(Uuid::from_u128(7)));
        assert!(Id::<OrgId>::parse_from_parameter(&vps).is_err());
        for bad in ["", "vps_", "vps_7", "VPS_00000000000000000000000007", "00000000-0000-0000-0000-000000000007"] {
            assert!(Id::<VpsId>::parse_from_parameter(bad).is_err(), "{bad}");
        }
        assert!(Id::<VpsId>::parse_from_json(Some(Value::from(7))).is_err());
    }

    #[test]
    fn numbers_are_digits() {
        assert_eq!(Number::parse_from_parameter("42").unwrap(), Number(42));
        for bad in ["", "-1", "+1", "1.0", "9999999999999999999", "٤٢"] {
            assert!(Number::parse_from_parameter(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn ids_carry_the_prefix_of_their_kind() {
        let id = Uuid::from_u128(7);
        assert!(entity_text("cloud", id).starts_with("cloud_"));
        assert!(entity_text("vps", id).starts_with("vps_"));
        assert_eq!(entity_text("unheard of", id), id.to_string());
    }

    /// What events are about, by the sources that write them.
    #[test]
    fn whatever_an_event_is_about_has_an_id_with_its_prefix() {
        let mut folders = vec![std::path::PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../domain/src"))];
        let mut nouns = std::collections::BTreeSet::new();
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                    continue;
                }
                let text = std::fs::read_to_string(&path).unwrap();
                let named = text.split(".entity(\"").skip(1).filter_map(|rest| rest.split('"').next());
                nouns.extend(named.map(str::to_owned));
            }
        }
        assert!(nouns.len() > 8, "{nouns:?}");
        let id = Uuid::from_u128(7);
        for noun in nouns {
            assert_eq!(entity_text(&noun, id), format!("{noun}_{}", VpsId(id).suffix()));
        }
    }
}
