//! Amounts in PayPal's spelling: text in both directions, never a float.

use crate::error::{ErrorClass, ProviderError, code};
use crate::payment::PayAmount;

/// Currencies that have no decimals there; all others have two.
const WHOLE: [&str; 3] = ["HUF", "JPY", "TWD"];
/// The most digits before the decimal point that it takes.
const MAX_DIGITS: usize = 15;
/// Longer than any amount that it writes.
const MAX_TEXT: usize = 32;

fn decimals(currency: &str) -> usize {
    if WHOLE.contains(&currency) { 0 } else { 2 }
}

/// The text of an amount to ask for.
///
/// # Errors
/// `VALIDATION` for an amount that is not above zero, or that has more digits than it takes.
pub(super) fn written(amount: &PayAmount) -> Result<String, ProviderError> {
    let currency = amount.currency.as_bytes();
    if currency.len() != 3 || !currency.iter().all(u8::is_ascii_uppercase) {
        return Err(ProviderError::invalid("currency_code", "a currency has three capitals"));
    }
    if amount.minor <= 0 {
        return Err(ProviderError::invalid("value", "an amount must be above zero"));
    }
    let text = match decimals(&amount.currency) {
        0 => amount.minor.to_string(),
        _ => format!("{}.{:02}", amount.minor / 100, amount.minor % 100),
    };
    let digits = text.split('.').next().map_or(0, str::len);
    if digits > MAX_DIGITS {
        return Err(ProviderError::invalid("value", "an amount has at most 15 digits before the point"));
    }
    Ok(text)
}

/// An amount that it tells; none where the text is no amount of this currency.
fn read_exactly(currency: &str, text: &str) -> Option<PayAmount> {
    if currency.len() != 3 || !currency.bytes().all(|byte| byte.is_ascii_uppercase()) || text.len() > MAX_TEXT {
        return None;
    }
    let (negative, size) = text.strip_prefix('-').map_or((false, text), |size| (true, size));
    let (whole, part) = size.split_once('.').map_or((size, None), |(whole, part)| (whole, Some(part)));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || part.is_some_and(|part| !digits(part)) {
        return None;
    }
    let (part, places) = (part.unwrap_or_default(), decimals(currency));
    // More places than the currency has are no amount of it, unless they say nothing.
    let (kept, rest) = part.split_at(part.len().min(places));
    if rest.bytes().any(|byte| byte != b'0') {
        return None;
    }
    let digits = format!("{whole}{kept:0<places$}");
    let minor: i64 = digits.parse().ok()?;
    Some(PayAmount { minor: if negative { -minor } else { minor }, currency: currency.to_owned() })
}

/// An amount that it tells.
///
/// # Errors
/// `BAD_ANSWER` for a text that is no amount of its currency: nothing is ever rounded.
pub(super) fn read(currency: &str, text: &str) -> Result<PayAmount, ProviderError> {
    read_exactly(currency, text).ok_or_else(|| {
        ProviderError::new(ErrorClass::Transient, code::BAD_ANSWER, "an amount that cannot be understood")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn amount(minor: i64, currency: &str) -> PayAmount {
        PayAmount { minor, currency: currency.to_owned() }
    }

    #[test]
    fn what_became_a_lost_cent_elsewhere_is_exact() {
        assert_eq!(written(&amount(5190, "USD")).unwrap(), "51.90");
        assert_eq!(written(&amount(5, "USD")).unwrap(), "0.05");
        assert_eq!(written(&amount(500, "JPY")).unwrap(), "500");
        assert_eq!(read("USD", "51.9").unwrap(), amount(5190, "USD"));
        assert_eq!(read("USD", "-1").unwrap(), amount(-100, "USD"));
        assert_eq!(read("JPY", "500.00").unwrap(), amount(500, "JPY"));
    }

    #[test]
    fn what_is_no_amount_is_not_guessed() {
        for bad in ["", "-", ".5", "5.", "5,00", "1e3", "NaN", "5.001", "+5", " 5", "5 ", "0x5", "--5", "5.0.0"] {
            assert_eq!(read("USD", bad).unwrap_err().code, code::BAD_ANSWER, "{bad:?}");
        }
        let long = "9".repeat(10_000);
        for (currency, text) in [("JPY", "5.5"), ("usd", "5"), ("US", "5"), ("USD", &long), ("USD", &long[..25])] {
            assert!(read(currency, text).is_err(), "{currency} {text:.30}");
        }
        for bad in [amount(0, "USD"), amount(-1, "USD"), amount(i64::MAX, "USD"), amount(5, "usd"), amount(5, "")] {
            assert_eq!(written(&bad).unwrap_err().code, code::VALIDATION, "{bad:?}");
        }
    }

    proptest! {
        #[test]
        fn an_amount_comes_back_as_it_went(minor in 1..=99_999_999_999_999_i64, code in "(USD|EUR|JPY|HUF|TWD|GBP)") {
            let amount = amount(minor, &code);
            let text = written(&amount).unwrap();
            prop_assert_eq!(text.contains('.'), !["JPY", "HUF", "TWD"].contains(&code.as_str()));
            prop_assert_eq!(read(&code, &text).unwrap(), amount.clone());
            prop_assert_eq!(read(&code, &format!("-{text}")).unwrap().minor, -amount.minor);
        }

        #[test]
        fn no_text_makes_it_panic(code in ".{0,4}", text in ".{0,40}") {
            let _ = read(&code, &text);
        }
    }
}
