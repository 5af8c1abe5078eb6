//! What a request sends, held against the document's own schemas.
//!
//! The schemas are taken from the document once and compiled. A check gives each fault its RFC 6901
//! pointer and words that follow from the schema; it never repeats what was sent, which may be a
//! secret.

mod check;
mod compile;
mod words;

use std::collections::HashMap;
use std::sync::LazyLock;

use domain::FieldError;
use regex::Regex;
use serde_json::Value;

pub(crate) use check::escaped;
use words::Format;
pub use words::{CURRENCY, DECIMAL, ID, LABEL};

/// The most faults that one answer lists; the document states the same.
pub const MAX_FAULTS: usize = 100;

/// The schemas of the document's request bodies, by their names.
static BODIES: LazyLock<HashMap<String, Schema>> = LazyLock::new(|| compile::bodies(crate::spec::document()));

/// A compiled schema.
#[derive(Debug)]
pub struct Schema(Kind);

#[derive(Debug)]
enum Kind {
    /// Anything at all: an object whose members only its writer knows.
    Any,
    Text(Text),
    Whole {
        min: Option<i64>,
        max: Option<i64>,
    },
    Number,
    Flag,
    List {
        items: Box<Schema>,
        min: usize,
        max: usize,
    },
    Object(Object),
    /// One of several objects: the member `by` says which.
    Shapes {
        by: String,
        shapes: Vec<(String, Schema)>,
    },
}

#[derive(Debug)]
struct Text {
    /// In characters, as are all lengths.
    min: usize,
    max: usize,
    pattern: Option<Regex>,
    /// The words to choose from; any text where there are none.
    words: Vec<String>,
    format: Format,
}

#[derive(Debug)]
struct Object {
    members: Vec<Member>,
    /// Whether members beside the named ones are refused.
    closed: bool,
}

#[derive(Debug)]
struct Member {
    name: String,
    schema: Schema,
    required: bool,
}

/// Compiles the schemas now rather than at the first request.
pub fn prepare() {
    LazyLock::force(&BODIES);
}

/// The schema of a request body by its name in the document.
#[must_use]
pub fn body(name: &str) -> Option<&'static Schema> {
    BODIES.get(name)
}

impl Schema {
    /// A schema of the document, with the components that it may refer to.
    #[must_use]
    pub fn compile(schema: &Value, document: &Value) -> Self {
        compile::schema(schema, document, 0)
    }

    /// Everything that is wrong with a value, the first [`MAX_FAULTS`] of it.
    #[must_use]
    pub fn faults(&self, value: &Value) -> Vec<FieldError> {
        let mut faults = check::Faults::default();
        self.check(value, &mut faults);
        faults.found
    }

    /// What is wrong with a parameter, which arrives as text whatever its type.
    #[must_use]
    pub fn fault_of_text(&self, text: &str) -> Option<String> {
        let value = match &self.0 {
            Kind::Whole { .. } => text.parse::<i64>().map(Value::from).ok(),
            Kind::Number => text.parse::<f64>().map(Value::from).ok(),
            Kind::Flag => text.parse::<bool>().map(Value::from).ok(),
            _ => None,
        };
        self.faults(&value.unwrap_or_else(|| text.into())).into_iter().next().map(|fault| fault.detail)
    }
}

#[cfg(test)]
mod tests;
