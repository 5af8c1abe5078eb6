//! How long a balance lasts.

/// Seconds for which a balance pays an hourly rate, both in micro-units; none when the rate is zero. A balance below
/// zero lasts 0 s.
#[must_use]
pub fn runway_s(balance_micros: i64, hour_micros: i64) -> Option<i64> {
    (hour_micros > 0)
        .then(|| i64::try_from(i128::from(balance_micros.max(0)) * 3600 / i128::from(hour_micros)).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::runway_s;

    #[test]
    fn a_balance_lasts_as_long_as_it_pays() {
        assert_eq!(runway_s(7_200, 3_600), Some(7_200));
        assert_eq!((runway_s(-1, 3_600), runway_s(1, 3_600)), (Some(0), Some(1)));
        assert_eq!((runway_s(1, 0), runway_s(i64::MAX, 1)), (None, Some(i64::MAX)));
    }
}
