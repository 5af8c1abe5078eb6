//! Prices from JSON, digit by digit.
//!
//! Invariant: no price ever passes through a binary floating-point number.

/// One US dollar in the units of [`micros`].
const DECIMALS: i32 = 6;
/// Longer than any price, shorter than any attack.
const MAX_CHARS: usize = 64;
const MAX_EXPONENT: i32 = 30;

/// A price in millionths of a dollar from the text of a JSON number.
///
/// Digits after the sixth decimal are rounded half up, because a sender that computes in binary
/// writes `0.027000000000000003`. `None` for what is not a JSON number, is negative, does not fit,
/// or would be rounded to nothing although it is not nothing.
pub(super) fn micros(text: &str) -> Option<i64> {
    if text.len() > MAX_CHARS {
        return None;
    }
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, small_exponent(exponent)?),
        None => (text, 0),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((_, "")) => return None,
        Some(parts) => parts,
        None => (mantissa, ""),
    };
    let leading_zero = whole.len() > 1 && whole.starts_with('0');
    if whole.is_empty() || leading_zero || !is_digits(whole) || !is_digits(fraction) {
        return None;
    }
    let digits = format!("{whole}{fraction}");
    let shift = DECIMALS + exponent - i32::try_from(fraction.len()).ok()?;
    shifted(digits.trim_start_matches('0'), shift)
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

fn small_exponent(text: &str) -> Option<i32> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || !is_digits(digits) {
        return None;
    }
    let value: i32 = text.parse().ok()?;
    (value.abs() <= MAX_EXPONENT).then_some(value)
}

/// `digits` (without leading zeros) times ten to the power of `shift`, rounded half up.
fn shifted(digits: &str, shift: i32) -> Option<i64> {
    if digits.is_empty() {
        return Some(0);
    }
    let places = usize::try_from(shift.unsigned_abs()).ok()?;
    if shift >= 0 {
        return format!("{digits}{}", "0".repeat(places)).parse().ok();
    }
    let keep = digits.len().checked_sub(places)?;
    let kept: i64 = match &digits[..keep] {
        "" => 0,
        text => text.parse().ok()?,
    };
    let up = digits.as_bytes()[keep] >= b'5';
    let value = kept.checked_add(i64::from(up))?;
    (value > 0).then_some(value)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn prices_are_read_exactly() {
        for (text, expected) in [
            ("0", 0),
            ("0.0", 0),
            ("0e5", 0),
            ("5", 5_000_000),
            ("5.0", 5_000_000),
            ("0.0075", 7_500),
            ("0.018", 18_000),
            ("0.027000000000000003", 27_000),
            ("0.0299999999999999989", 30_000),
            ("1.0000005", 1_000_001),
            ("1.0000004", 1_000_000),
            ("7.5e-3", 7_500),
            ("75E-4", 7_500),
            ("1e1", 10_000_000),
            ("1.5E+2", 150_000_000),
            ("9223372036854.775807", i64::MAX),
        ] {
            assert_eq!(micros(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_is_not_a_price_is_refused() {
        for text in [
            "",
            "-1",
            "-0",
            "+1",
            ".5",
            "5.",
            "05",
            "1,5",
            "1 ",
            "\"0.5\"",
            "null",
            "NaN",
            "1e",
            "1e+",
            "1e--2",
            "1e31",
            "1e-31",
            "1e99999999999",
            "0.0000004",
            "1e-7",
            "9223372036854.775808",
            "1.2.3",
            "1e2.5",
            "\u{661}",
        ] {
            assert_eq!(micros(text), None, "{text}");
        }
        assert_eq!(micros(&"9".repeat(MAX_CHARS + 1)), None);
    }

    proptest! {
        #[test]
        fn six_decimals_survive(value in 0_i64..=i64::MAX) {
            let text = format!("{}.{:06}", value / 1_000_000, value % 1_000_000);
            prop_assert_eq!(micros(&text), Some(value));
        }

        #[test]
        fn an_exponent_moves_the_point(value in 1_i64..1_000_000_000, exponent in 0_u32..6) {
            let text = format!("{value}e-{exponent}");
            prop_assert_eq!(micros(&text), Some(value * 10_i64.pow(6 - exponent)));
        }

        #[test]
        fn no_text_panics(text in "[0-9eE.+-]{0,70}") {
            let _ = micros(&text);
        }
    }
}
