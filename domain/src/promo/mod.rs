//! Promo codes: credit for an organisation that uses one in time, once, until so many have
//! ([ADR 44](../../../docs/adr/0044-credit-by-code-and-by-two.md)).

mod manage;
mod redeem;

pub use manage::{MAX_AMOUNT_MICROS, MAX_USES, NewPromo, Promo, PromoUse, create, end, list, uses};
pub use redeem::{REFUSED, Redeemed, quote, redeem};

use crate::error::{Error, Result};

/// A code as it is kept: capitals, digits and hyphens, 6 to 32, a letter or digit at both ends. None for what is none.
#[must_use]
pub fn canonical(text: &str) -> Option<String> {
    let code = text.trim().to_ascii_uppercase();
    let plain = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit();
    let formed = (6..=32).contains(&code.len()) && code.chars().all(|c| plain(c) || c == '-');
    (formed && code.starts_with(plain) && code.ends_with(plain)).then_some(code)
}

/// The same, for who makes one.
fn formed(text: &str) -> Result<String> {
    canonical(text).ok_or_else(|| {
        Error::field("/code", "use 6 to 32 letters, digits and hyphens, with a letter or digit at both ends")
    })
}

#[cfg(test)]
mod tests {
    use super::canonical;

    #[test]
    fn a_code_is_the_same_however_it_is_typed() {
        assert_eq!(canonical(" Welcome-2026 ").as_deref(), Some("WELCOME-2026"));
        for wrong in ["", "short", "-welcome", "welcome-", "wel come", "wélcome", "welcome'--", &"A".repeat(33)] {
            assert_eq!(canonical(wrong), None, "{wrong}");
        }
    }
}
