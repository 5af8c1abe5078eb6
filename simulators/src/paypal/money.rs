//! Amounts as PayPal writes them.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Currencies that have no decimals there.
const WHOLE: [&str; 3] = ["HUF", "JPY", "TWD"];
/// The others that it takes.
const CENTS: [&str; 21] = [
    "AUD", "BRL", "CAD", "CHF", "CNY", "CZK", "DKK", "EUR", "GBP", "HKD", "ILS", "MXN", "MYR", "NOK", "NZD", "PHP",
    "PLN", "SEK", "SGD", "THB", "USD",
];
/// The most digits before the decimal point.
const MAX_DIGITS: usize = 15;

/// An amount of the simulated PayPal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sum {
    /// Whole minor units: cents, yen.
    pub minor: i64,
    /// The currency by ISO 4217.
    pub currency: String,
}

impl Sum {
    /// So many minor units of a currency.
    #[must_use]
    pub fn new(minor: i64, currency: &str) -> Self {
        Self { minor, currency: currency.to_owned() }
    }

    pub(super) fn of(&self, minor: i64) -> Self {
        Self { minor, currency: self.currency.clone() }
    }

    pub(super) fn written(&self) -> String {
        if WHOLE.contains(&self.currency.as_str()) {
            return self.minor.to_string();
        }
        let (sign, size) = (if self.minor < 0 { "-" } else { "" }, self.minor.unsigned_abs());
        format!("{sign}{}.{:02}", size / 100, size % 100)
    }

    pub(super) fn json(&self) -> Value {
        json!({ "currency_code": self.currency, "value": self.written() })
    }

    /// An amount in a request; else the issue that it is refused by.
    pub(super) fn read(value: &Value) -> Result<Self, &'static str> {
        let text = |name: &str| value.get(name).and_then(Value::as_str);
        let (Some(currency), Some(text)) = (text("currency_code"), text("value")) else {
            return Err("MISSING_REQUIRED_PARAMETER");
        };
        let whole_only = WHOLE.contains(&currency);
        if !whole_only && !CENTS.contains(&currency) {
            return Err("INVALID_CURRENCY_CODE");
        }
        let (whole, part) = text.split_once('.').unwrap_or((text, ""));
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if text.starts_with('-') {
            return Err("CANNOT_BE_ZERO_OR_NEGATIVE");
        }
        if text.is_empty() || !digits(whole) || !digits(part) || text.ends_with('.') || text.len() > 32 {
            return Err("INVALID_PARAMETER_SYNTAX");
        }
        if whole.len() > MAX_DIGITS {
            return Err("MAX_VALUE_EXCEEDED");
        }
        if part.len() > 2 || (whole_only && !part.is_empty()) {
            return Err(if whole_only { "DECIMALS_NOT_SUPPORTED" } else { "DECIMAL_PRECISION" });
        }
        let whole: i64 = if whole.is_empty() { 0 } else { whole.parse().map_err(|_| "INVALID_PARAMETER_SYNTAX")? };
        let cents: i64 = format!("{part:0<2}").parse().map_err(|_| "INVALID_PARAMETER_SYNTAX")?;
        let minor = if whole_only { whole } else { whole * 100 + cents };
        if minor == 0 { Err("CANNOT_BE_ZERO_OR_NEGATIVE") } else { Ok(Self::new(minor, currency)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_exactly_or_refused_by_name() {
        let read = |value: &str, code: &str| Sum::read(&json!({ "value": value, "currency_code": code }));
        assert_eq!(read("51.90", "USD"), Ok(Sum::new(5190, "USD")));
        assert_eq!(read("51.9", "USD"), Ok(Sum::new(5190, "USD")));
        assert_eq!(read("5", "JPY"), Ok(Sum::new(5, "JPY")));
        for (value, code, issue) in [
            ("5.5", "JPY", "DECIMALS_NOT_SUPPORTED"),
            ("5.001", "USD", "DECIMAL_PRECISION"),
            ("0.00", "USD", "CANNOT_BE_ZERO_OR_NEGATIVE"),
            ("-1.00", "USD", "CANNOT_BE_ZERO_OR_NEGATIVE"),
            ("1e3", "USD", "INVALID_PARAMETER_SYNTAX"),
            ("5,00", "EUR", "INVALID_PARAMETER_SYNTAX"),
            ("", "EUR", "INVALID_PARAMETER_SYNTAX"),
            ("1.00", "XXX", "INVALID_CURRENCY_CODE"),
            ("1234567890123456.00", "USD", "MAX_VALUE_EXCEEDED"),
        ] {
            assert_eq!(read(value, code), Err(issue), "{value} {code}");
        }
        assert_eq!(Sum::new(-5, "USD").written(), "-0.05");
    }
}
