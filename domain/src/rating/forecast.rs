//! How long a balance lasts, by the same function that charges.

use chrono::{DateTime, TimeDelta, Utc};

use super::stretch::Stretch;

/// Nothing is forecast beyond this: ten years.
const HORIZON_DAYS: i64 = 3_653;

/// A stretch in progress, and what it was charged.
#[derive(Clone, Copy, Debug)]
pub struct Open {
    /// Its price and start.
    pub stretch: Stretch,
    /// What was charged for it so far, in micro-units.
    pub billed_micros: i64,
}

impl Open {
    fn due(&self, at: DateTime<Utc>) -> i64 {
        if at < self.stretch.started_at { 0 } else { (self.stretch.due_at(at) - self.billed_micros).max(0) }
    }
}

/// What is due at an instant and not charged yet, in micro-units.
#[must_use]
pub fn due_micros(open: &[Open], at: DateTime<Utc>) -> i64 {
    open.iter().fold(0, |sum: i64, one| sum.saturating_add(one.due(at)))
}

/// When more is due than the balance holds, to the second; none within ten years of `now`. `now` itself when it is so
/// already.
#[must_use]
pub fn zero_at(open: &[Open], balance_micros: i64, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let over = |seconds: i64| due_micros(open, now + TimeDelta::seconds(seconds)) > balance_micros;
    if over(0) {
        return Some(now);
    }
    let (mut paid, mut unpaid) = (0, HORIZON_DAYS * 86_400);
    if !over(unpaid) {
        return None;
    }
    // What is due never falls, so halving finds the first second.
    while unpaid - paid > 1 {
        let middle = paid + (unpaid - paid) / 2;
        if over(middle) { unpaid = middle } else { paid = middle }
    }
    Some(now + TimeDelta::seconds(unpaid))
}

/// When what is due changes next: the next hour of any stretch.
#[must_use]
pub fn next_change(open: &[Open], now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    open.iter()
        .map(|one| {
            if now < one.stretch.started_at {
                one.stretch.started_at
            } else {
                one.stretch.began(one.stretch.hours_at(now) + 1)
            }
        })
        .min()
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone as _;

    use super::*;
    use crate::rating::{Price, Rule};

    fn open(month_micros: i64, rule: Rule, billed_hours: i64) -> Open {
        let started_at = Utc.with_ymd_and_hms(2026, 1, 1, 0, 30, 0).unwrap();
        let stretch = Stretch::first(started_at, Price { month_micros, rule });
        Open { stretch, billed_micros: stretch.through(billed_hours) }
    }

    #[test]
    fn a_balance_ends_with_the_first_hour_that_it_cannot_pay() {
        let one = open(7_300_000, Rule::UNCAPPED, 1);
        let now = one.stretch.started_at + TimeDelta::minutes(10);
        // Hours cost 10,000; hour 4 is the first that 25,000 cannot pay, and begins after three hours.
        let zero = zero_at(&[one], 25_000, now).unwrap();
        assert_eq!(zero, one.stretch.started_at + TimeDelta::hours(3) + TimeDelta::seconds(1));
        assert_eq!(zero_at(&[one], -1, now), Some(now));
        assert_eq!(zero_at(&[], 0, now), None);
        assert_eq!(zero_at(&[open(0, Rule::CAPPED, 0)], 0, now), None, "what costs nothing lasts forever");
        assert_eq!(next_change(&[one], now), Some(one.stretch.started_at + TimeDelta::hours(1)));
    }

    #[test]
    fn a_cap_makes_it_last_until_the_month_ends() {
        let one = open(7_300_000, Rule::CAPPED, 731);
        // January is paid to its cap: nothing more is due before February begins.
        let now = one.stretch.began(731) + TimeDelta::minutes(1);
        assert_eq!(due_micros(&[one], now), 0);
        let february = Utc.with_ymd_and_hms(2026, 2, 1, 0, 30, 0).unwrap();
        assert_eq!(zero_at(&[one], 0, now), Some(february + TimeDelta::seconds(1)));
    }
}
