//! Money as whole micro-units of a currency: never a float, never a bare number.

use std::fmt;

/// Micro-units in one unit of a currency.
const MICROS_PER_UNIT: i64 = 1_000_000;
/// The largest amount that a text may state, in micro-units: a thousand million units.
const MAX_PARSED_MICROS: i64 = 1_000_000_000 * MICROS_PER_UNIT;

/// A currency by its ISO 4217 code.
#[derive(Clone, Copy, PartialEq, Eq, Hash, sea_orm::DeriveValueType)]
#[sea_orm(value_type = "String", column_type = "Char(Some(3))")]
pub struct Currency([u8; 3]);

impl Currency {
    /// The United States dollar, in which providers bill and wallets are kept.
    pub const USD: Self = Self(*b"USD");

    /// The three letters.
    #[must_use]
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("???")
    }
}

impl std::str::FromStr for Currency {
    type Err = MoneyError;
    fn from_str(code: &str) -> Result<Self, MoneyError> {
        match code.as_bytes() {
            &[a, b, c] if code.bytes().all(|byte| byte.is_ascii_uppercase()) => Ok(Self([a, b, c])),
            _ => Err(MoneyError::Currency),
        }
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// An amount of money in one currency.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Money {
    /// Millionths of the currency's unit; negative for what is taken.
    pub micros: i64,
    /// The currency that the amount is in.
    pub currency: Currency,
}

/// Why a text is not money.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// Not an optional minus, digits, and at most six decimals.
    #[error("write an amount as digits with at most six decimals, such as 12.50")]
    Format,
    /// Beyond what one amount may state.
    #[error("the amount is too large")]
    TooLarge,
    /// Not three capital letters.
    #[error("write a currency as three capital letters, such as USD")]
    Currency,
}

impl Money {
    /// So many micro-units of the United States dollar.
    #[must_use]
    pub const fn usd(micros: i64) -> Self {
        Self { micros, currency: Currency::USD }
    }

    /// The amount alone, with all six decimals: `12.345600`.
    #[must_use]
    pub fn amount(&self) -> String {
        let whole = self.micros.unsigned_abs();
        let unit = MICROS_PER_UNIT.unsigned_abs();
        let sign = if self.micros < 0 { "-" } else { "" };
        format!("{sign}{}.{:06}", whole / unit, whole % unit)
    }

    /// Reads an amount such as `12.5` or `-0.000001` in the given currency.
    ///
    /// # Errors
    /// When the text is not decimal digits with at most six decimals, or beyond a thousand
    /// million units.
    pub fn parse(amount: &str, currency: Currency) -> Result<Self, MoneyError> {
        let (negative, digits) = amount.strip_prefix('-').map_or((false, amount), |rest| (true, rest));
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
        let all_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if !all_digits(whole) || !all_digits(fraction) || fraction.len() > 6 {
            return Err(MoneyError::Format);
        }
        if whole.len() > 10 {
            return Err(MoneyError::TooLarge);
        }
        let whole: i64 = whole.parse().map_err(|_| MoneyError::TooLarge)?;
        let fraction: i64 = format!("{fraction:0<6}").parse().map_err(|_| MoneyError::Format)?;
        let micros = whole
            .checked_mul(MICROS_PER_UNIT)
            .and_then(|units| units.checked_add(fraction))
            .filter(|&micros| micros <= MAX_PARSED_MICROS)
            .ok_or(MoneyError::TooLarge)?;
        Ok(Self { micros: if negative { -micros } else { micros }, currency })
    }
}

/// For people, a balance or a sum: two decimals, `25.00 USD`. Under a cent it is written like a rate: it is never 0.00.
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let places = if self.micros.unsigned_abs() >= 10_000 { 2 } else { self.rate_places() };
        f.write_str(&self.rounded(places))
    }
}

/// How people read amounts, in mails and on the command line as in the pages (`web/src/lib/money.ts`).
impl Money {
    /// What an hour costs: four decimals, and up to six where four would leave fewer than two figures.
    #[must_use]
    pub fn rate(&self) -> String {
        self.rounded(self.rate_places())
    }

    /// As many decimals as it has, and at least two: where two amounts are compared.
    #[must_use]
    pub fn exact(&self) -> String {
        let amount = self.amount();
        let cents = amount.len() - 4;
        let length = amount.trim_end_matches('0').len().max(cents);
        format!("{} {}", &amount[..length], self.currency.code())
    }

    fn rate_places(&self) -> u32 {
        match self.micros.unsigned_abs() {
            0 => 2,
            1..100 => 6,
            100..1000 => 5,
            _ => 4,
        }
    }

    /// Half away from zero, to so many decimals of at most six.
    fn rounded(&self, places: u32) -> String {
        let unit = 10_u64.pow(6_u32.saturating_sub(places));
        let whole = (self.micros.unsigned_abs() + unit / 2) / unit;
        let shift = 10_u64.pow(places);
        let sign = if self.micros < 0 { "-" } else { "" };
        let width = usize::try_from(places).unwrap_or_default();
        format!("{sign}{}.{:0width$} {}", whole / shift, whole % shift, self.currency.code())
    }
}

impl fmt::Debug for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.exact())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn an_amount_survives_the_wire(micros in -MAX_PARSED_MICROS..=MAX_PARSED_MICROS) {
            let money = Money::usd(micros);
            prop_assert_eq!(Money::parse(&money.amount(), Currency::USD), Ok(money));
        }
    }

    #[test]
    fn people_read_two_decimals_of_a_sum_and_more_of_a_rate() {
        let micros = [25_000_000, 999_999_999, 8_219, -1_505_000, 0, 821, 1];
        let sums = micros.map(|micros| Money::usd(micros).to_string());
        let (small, tiny) = ("0.00082 USD", "0.000001 USD");
        assert_eq!(sums, ["25.00 USD", "1000.00 USD", "0.0082 USD", "-1.51 USD", "0.00 USD", small, tiny]);
        let rates = micros.map(|micros| Money::usd(micros).rate());
        assert_eq!(rates, ["25.0000 USD", "1000.0000 USD", "0.0082 USD", "-1.5050 USD", "0.00 USD", small, tiny]);
        let exact = [25_000_000, 8_219, -1_500_000, 0].map(|micros| Money::usd(micros).exact());
        assert_eq!(exact, ["25.00 USD", "0.008219 USD", "-1.50 USD", "0.00 USD"]);
    }

    #[test]
    fn what_is_not_an_amount_is_refused() {
        for bad in ["", "-", ".", "1.", ".5", "1,00", "1e9", "NaN", "+1", "1.0000001", " 1", "0x1", "--1"] {
            assert_eq!(Money::parse(bad, Currency::USD), Err(MoneyError::Format), "{bad:?}");
        }
        for large in ["1000000000.000001", "9223372036854775807", &"9".repeat(10_000)] {
            assert_eq!(Money::parse(large, Currency::USD), Err(MoneyError::TooLarge));
        }
        assert!("usd".parse::<Currency>().is_err());
    }
}
