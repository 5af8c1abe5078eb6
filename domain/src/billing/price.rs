//! The arithmetic of an hour.

pub use crate::rating::{HOURS_PER_MONTH, hours_until};

/// What a server has cost after `hours` hours, in micro-units, rounded down.
#[must_use]
pub fn cumulative_micros(month_micros: i64, hours_per_month: i32, hours: i64) -> i64 {
    i64::try_from(i128::from(month_micros) * i128::from(hours) / i128::from(hours_per_month.max(1))).unwrap_or(i64::MAX)
}

/// What the `n`-th hour costs, in micro-units.
#[must_use]
pub fn hour_micros(month_micros: i64, hours_per_month: i32, n: i64) -> i64 {
    cumulative_micros(month_micros, hours_per_month, n) - cumulative_micros(month_micros, hours_per_month, n - 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{DateTime, TimeDelta};
    use proptest::prelude::*;

    #[test]
    fn a_month_of_hours_is_exactly_the_month() {
        for month in [3_000_000, 3_600_000, 5_000_000, 24_000_000, 1, 729, 99_999_999_999] {
            let sum: i64 = (1..=730).map(|n| hour_micros(month, HOURS_PER_MONTH, n)).sum();
            assert_eq!(sum, month);
        }
    }

    #[test]
    fn a_started_hour_counts() {
        let start = DateTime::UNIX_EPOCH;
        let after = |millis| hours_until(start, start + TimeDelta::milliseconds(millis));
        assert_eq!(
            [after(-5), after(0), after(1), after(3_600_000), after(3_600_001), after(7_200_000)],
            [1, 1, 1, 1, 2, 2]
        );
    }

    proptest! {
        /// Whatever instants the ticks fall on, the charges sum to the closed form.
        #[test]
        fn any_partition_sums_to_the_whole(
            month in 1_i64..100_000_000_000,
            mut cuts in proptest::collection::vec(0_i64..20_000, 1..60),
        ) {
            cuts.sort_unstable();
            let start = DateTime::UNIX_EPOCH;
            let mut billed_hours = 0;
            let mut billed = 0;
            for minutes in &cuts {
                let n = hours_until(start, start + TimeDelta::minutes(*minutes));
                if n > billed_hours {
                    billed += cumulative_micros(month, HOURS_PER_MONTH, n) - billed;
                    billed_hours = n;
                }
            }
            let last = hours_until(start, start + TimeDelta::minutes(*cuts.last().unwrap_or(&0)));
            prop_assert_eq!(billed, cumulative_micros(month, HOURS_PER_MONTH, last));
        }
    }
}
