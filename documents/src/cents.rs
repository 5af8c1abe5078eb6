//! From micro-units to hundredths, so that the parts sum to the whole.

/// Micro-units in a hundredth.
const PER_CENT: i64 = 10_000;

/// Hundredths of these micro-units, half away from zero.
#[must_use]
pub const fn round_cents(micros: i64) -> i64 {
    let half = if micros < 0 { -PER_CENT / 2 } else { PER_CENT / 2 };
    micros.saturating_add(half) / PER_CENT
}

/// Hundredths of each part, so that they sum to the rounded whole: each is rounded down, and what is missing goes to
/// those that lost most, of equals to the first. Parts are not negative.
#[must_use]
pub fn largest_remainder(micros: &[i64]) -> Vec<i64> {
    let mut parts: Vec<i64> = micros.iter().map(|part| part.div_euclid(PER_CENT)).collect();
    let missing = round_cents(micros.iter().sum()) - parts.iter().sum::<i64>();
    let mut order: Vec<usize> = (0..micros.len()).collect();
    order.sort_by_key(|&place| (-micros[place].rem_euclid(PER_CENT), place));
    for place in order.into_iter().take(usize::try_from(missing).unwrap_or_default()) {
        parts[place] += 1;
    }
    parts
}

/// An amount with two decimals: `-12.05`.
#[must_use]
pub fn cents(amount: i64) -> String {
    let whole = amount.unsigned_abs();
    format!("{}{}.{:02}", if amount < 0 { "-" } else { "" }, whole / 100, whole % 100)
}

/// The price of one of so many, to ten decimals: times their number it gives the amount to the hundredth.
#[must_use]
pub fn quantity_price(amount_cents: i64, count: i64) -> String {
    let count = i128::from(count.max(1));
    let scaled = i128::from(amount_cents) * 100_000_000;
    let price = (scaled + count / 2) / count;
    let text = format!("{}.{:010}", price / 10_000_000_000, price % 10_000_000_000);
    let shown = text.trim_end_matches('0');
    if shown.len() < text.len() - 8 { text[..text.len() - 8].to_owned() } else { shown.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_sum_to_the_rounded_whole() {
        assert_eq!(largest_remainder(&[3_333, 3_333, 3_334]), [0, 0, 1]);
        assert_eq!(largest_remainder(&[5_000, 5_000, 5_000]), [1, 1, 0], "15,000 is two hundredths");
        assert_eq!(largest_remainder(&[6_000_000]), [600]);
        assert_eq!(largest_remainder(&[]), Vec::<i64>::new());
        let many: Vec<i64> = (0..1_000).map(|n| n * 7_919 % 100_003).collect();
        assert_eq!(largest_remainder(&many).iter().sum::<i64>(), round_cents(many.iter().sum()));
    }

    #[test]
    fn amounts_are_written_with_two_decimals() {
        assert_eq!([0, 5, 1_205, -7].map(cents), ["0.00", "0.05", "12.05", "-0.07"]);
        assert_eq!([4_999, 5_000, -5_000].map(round_cents), [0, 1, -1]);
    }

    #[test]
    fn a_price_times_its_quantity_is_the_amount() {
        assert_eq!(quantity_price(600, 730), "0.0082191781");
        assert_eq!(quantity_price(600, 1), "6.00");
        assert_eq!(quantity_price(600, 4), "1.50");
        for (amount, count) in [(600_i64, 730_i64), (1, 744), (123_456_789, 7)] {
            let price: f64 = quantity_price(amount, count).parse().unwrap();
            let again = price * f64::from(u32::try_from(count).unwrap());
            assert!((again * 100.0 - f64::from(u32::try_from(amount).unwrap())).abs() < 0.5, "{amount}/{count}");
        }
    }
}
