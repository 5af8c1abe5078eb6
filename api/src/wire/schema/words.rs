//! The words of a fault, for the author of the request.

use chrono::DateTime;
use domain::{Currency, Money};
use serde_json::Value;

use super::{Kind, Schema, Text};
use crate::wire::Day;

/// The `format` of ids; the schema's example shows the prefix.
pub const ID: &str = "id";
/// The `format` of amounts of money.
pub const DECIMAL: &str = "decimal";
/// The `format` of currencies.
pub const CURRENCY: &str = "currency";
/// The `format` of servers' names.
pub const LABEL: &str = "label";

pub(super) const UNKNOWN_FIELD: &str = "this field does not exist; leave it out";

pub(super) fn fill_in() -> String {
    "fill this in".to_owned()
}

pub(super) fn choose<'a>(words: impl Iterator<Item = &'a str>) -> String {
    format!("choose one of {}", words.collect::<Vec<_>>().join(", "))
}

/// The formats that have words of their own.
#[derive(Debug)]
pub(super) enum Format {
    Plain,
    Id { prefix: String },
    Decimal,
    Currency,
    Label,
    Day,
    Instant,
}

impl Format {
    /// The format that a schema announces.
    pub(super) fn of(schema: &Value) -> Self {
        let example = schema["example"].as_str().unwrap_or_default();
        match schema["format"].as_str().unwrap_or_default() {
            ID => Self::Id { prefix: example.split('_').next().unwrap_or_default().to_owned() },
            DECIMAL => Self::Decimal,
            CURRENCY => Self::Currency,
            LABEL => Self::Label,
            "date" => Self::Day,
            "date-time" => Self::Instant,
            _ => Self::Plain,
        }
    }

    /// What a text of this format looks like, where its length says nothing useful.
    fn looks(&self) -> Option<String> {
        match self {
            Self::Id { prefix } => Some(format!("expected an id such as {prefix}_…")),
            Self::Currency => Some("wallets and prices are kept in USD: write USD".to_owned()),
            Self::Day => Some("write a day such as 2026-01-31".to_owned()),
            Self::Instant => Some("write a moment such as 2026-01-31T12:00:00Z".to_owned()),
            Self::Plain | Self::Decimal | Self::Label => None,
        }
    }

    /// Whether a text means something in this format, beyond its characters.
    fn means(&self, text: &str) -> bool {
        match self {
            Self::Day => Day::read(text).is_some(),
            Self::Instant => DateTime::parse_from_rfc3339(text).is_ok(),
            _ => true,
        }
    }

    fn form(&self) -> String {
        match self {
            Self::Label => domain::text::LABEL_FORM.to_owned(),
            _ => "this doesn't have the right form".to_owned(),
        }
    }
}

impl Text {
    /// What is wrong with a text.
    pub(super) fn fault(&self, text: &str) -> Option<String> {
        if !self.words.is_empty() {
            let known = self.words.iter().any(|word| word == text);
            return (!known).then(|| choose(self.words.iter().map(String::as_str)));
        }
        if let Format::Decimal = self.format {
            return Money::parse(text, Currency::USD).err().map(|error| error.to_string());
        }
        let length = text.chars().count();
        let words = match length {
            short if short < self.min && self.min == 1 => fill_in(),
            short if short < self.min => format!("use at least {} characters", self.min),
            long if long > self.max => format!("use at most {} characters", self.max),
            _ if self.pattern.as_ref().is_some_and(|pattern| !pattern.is_match(text)) => self.format.form(),
            _ if !self.format.means(text) => self.format.form(),
            _ => return None,
        };
        Some(self.format.looks().unwrap_or(words))
    }
}

impl Schema {
    /// The type that is expected where a value has another.
    pub(super) fn expected(&self) -> String {
        match &self.0 {
            Kind::Any => "expected a value",
            Kind::Text(text) => return text.format.looks().unwrap_or_else(|| "expected a string".to_owned()),
            Kind::Whole { .. } => "expected a whole number",
            Kind::Number => "expected a number",
            Kind::Flag => "expected true or false",
            Kind::List { .. } => "expected a list",
            Kind::Object(_) | Kind::Shapes { .. } => "expected an object",
        }
        .to_owned()
    }
}
