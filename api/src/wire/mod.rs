//! The words of the wire: ids, money, times, choices and pages, each with its schema.

mod answer;
mod body;
mod document;
mod id;
mod json;
mod label;
mod money;
mod page;
mod quoted;
pub mod schema;
mod secret;
mod time;
mod word;

pub use answer::{Accepted, Answer, Created, Done, Gone, NoContent, See};
pub use body::Body;
pub use document::Document;
pub use id::{Id, Number, entity_text};
pub use label::{Key, Label};
pub use money::Money;
pub use page::{List, Paged, page};
pub use quoted::Quoted;
pub use secret::Secret;
pub use time::{Day, Time};
pub use word::{Choice, Scope, Vocabulary, Word};

use poem_openapi::types::ToJSON;

/// What the wire would carry for this value, for writing it elsewhere.
#[must_use]
pub fn json_of(value: &impl ToJSON) -> serde_json::Value {
    value.to_json().unwrap_or_default()
}

/// Implements the parts of poem-openapi's `Type` that are the same for every plain value.
macro_rules! plain_value {
    () => {
        const IS_REQUIRED: bool = true;
        type RawValueType = Self;
        type RawElementValueType = Self;
        fn as_raw_value(&self) -> Option<&Self::RawValueType> {
            Some(self)
        }
        fn raw_element_iter<'a>(&'a self) -> Box<dyn Iterator<Item = &'a Self::RawElementValueType> + 'a> {
            Box::new(std::iter::once(self))
        }
    };
}
use plain_value;
