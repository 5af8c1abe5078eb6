//! How long a balance lasts, by the same function that charges.

use chrono::{DateTime, TimeDelta, Utc};

use super::levy::Levy;
use super::stretch::Stretch;

/// Nothing is forecast beyond this: ten years.
const HORIZON_DAYS: i64 = 3_653;

/// A stretch in progress, and what it was charged.
#[derive(Clone, Copy, Debug)]
pub struct Open {
    /// Its price and start.
    pub stretch: Stretch,
    /// Its hours that were charged.
    pub billed_hours: i64,
    /// What was charged for them, in micro-units, as the page's prices are.
    pub billed_micros: i64,
    /// When another price follows it, where one is to.
    pub ends_at: Option<DateTime<Utc>>,
}

impl Open {
    fn due(&self, at: DateTime<Utc>, levy: &Levy) -> i64 {
        let at = self.ends_at.map_or(at, |end| at.min(end));
        if at < self.stretch.started_at || self.ends_at == Some(self.stretch.started_at) {
            return 0;
        }
        let price = (self.stretch.due_at(at) - self.billed_micros).max(0);
        let taxed = levy.added && !levy.steps.is_empty();
        price.saturating_add(if taxed { levy.until(&self.stretch, self.billed_hours, at) } else { 0 })
    }

    /// What a tick charges, in micro-units, with the tax that is added: by the second, of hours that have ended alone.
    #[must_use]
    pub fn charge(&self, levy: &Levy, at: DateTime<Utc>) -> i64 {
        let hours = self.stretch.charged_at(at).max(self.billed_hours);
        let tax = if levy.added { levy.between(&self.stretch, self.billed_hours, hours) } else { 0 };
        (self.stretch.through(hours) - self.billed_micros).max(0).saturating_add(tax)
    }
}

/// What is due at an instant and not charged yet, in micro-units, with the tax that is added.
#[must_use]
pub fn due_micros(open: &[Open], levy: &Levy, at: DateTime<Utc>) -> i64 {
    open.iter().fold(0, |sum: i64, one| sum.saturating_add(one.due(at, levy)))
}

/// When more is due than the balance holds, to the second; none within ten years of `now`. `now` itself when it is so
/// already.
#[must_use]
pub fn zero_at(open: &[Open], levy: &Levy, balance_micros: i64, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let over = |seconds: i64| due_micros(open, levy, now + TimeDelta::seconds(seconds)) > balance_micros;
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

/// When what is due changes next: the next hour of any stretch, or the next minute of one that is charged by the
/// second, of which it changes all the time.
#[must_use]
pub fn next_change(open: &[Open], now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    open.iter()
        .map(|one| {
            if now < one.stretch.started_at {
                one.stretch.started_at
            } else if one.stretch.price.rule.by_second() {
                now + TimeDelta::minutes(1)
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
    use crate::rating::{Price, Rule, Share};

    const NONE: Levy = Levy { added: false, steps: Vec::new() };

    fn open(month_micros: i64, rule: Rule, billed_hours: i64) -> Open {
        let started_at = Utc.with_ymd_and_hms(2026, 1, 1, 0, 30, 0).unwrap();
        let stretch = Stretch::first(started_at, Price { month_micros, rule });
        Open { stretch, billed_hours, billed_micros: stretch.through(billed_hours), ends_at: None }
    }

    #[test]
    fn a_balance_ends_with_the_first_hour_that_it_cannot_pay() {
        let one = open(7_300_000, Rule::UNCAPPED, 1);
        let now = one.stretch.started_at + TimeDelta::minutes(10);
        // Hours cost 10,000; hour 4 is the first that 25,000 cannot pay, and begins after three hours.
        let zero = zero_at(&[one], &NONE, 25_000, now).unwrap();
        assert_eq!(zero, one.stretch.started_at + TimeDelta::hours(3) + TimeDelta::seconds(1));
        assert_eq!(zero_at(&[one], &NONE, -1, now), Some(now));
        assert_eq!(zero_at(&[], &NONE, 0, now), None);
        assert_eq!(zero_at(&[open(0, Rule::CAPPED, 0)], &NONE, 0, now), None, "what costs nothing lasts forever");
        assert_eq!(next_change(&[one], now), Some(one.stretch.started_at + TimeDelta::hours(1)));
    }

    #[test]
    fn tax_that_is_added_shortens_it_and_tax_that_is_contained_does_not() {
        let one = open(7_300_000, Rule::UNCAPPED, 1);
        let now = one.stretch.started_at + TimeDelta::minutes(10);
        let levy =
            |added| Levy { added, steps: vec![(DateTime::<Utc>::MIN_UTC, Share { part: 2_500, whole: 10_000 })] };
        // Hours cost 12,500 with tax: 25,000 pay two of them to the micro-unit.
        let zero = |levy, balance| zero_at(&[one], &levy, balance, now).unwrap() - one.stretch.started_at;
        assert_eq!(zero(levy(true), 25_000), TimeDelta::hours(3) + TimeDelta::seconds(1));
        assert_eq!(zero(levy(true), 24_999), TimeDelta::hours(2) + TimeDelta::seconds(1));
        assert_eq!(zero(levy(false), 29_999), TimeDelta::hours(3) + TimeDelta::seconds(1));
        assert_eq!(due_micros(&[one], &levy(true), now + TimeDelta::hours(1)), 12_500);
    }

    #[test]
    fn by_the_second_a_balance_ends_within_an_hour() {
        let one = open(7_300_000, Rule::of(730, true, Some(60)), 2);
        let start = one.stretch.started_at;
        let now = start + TimeDelta::hours(2);
        // Hours cost 10,000, and a micro-unit is 0.36 s: 5,000 last for half an hour, and a second more is too much.
        assert_eq!(zero_at(&[one], &NONE, 5_000, now), Some(now + TimeDelta::seconds(1_801)));
        assert_eq!(due_micros(&[one], &NONE, now + TimeDelta::minutes(30)), 5_000);
        // A tick charges what has ended, with its tax, and nothing of the rest.
        let steps = vec![(DateTime::<Utc>::MIN_UTC, Share { part: 2_500, whole: 10_000 })];
        let levy = Levy { added: true, steps };
        assert_eq!(due_micros(&[one], &levy, now + TimeDelta::minutes(30)), 6_250);
        assert_eq!(one.charge(&levy, now + TimeDelta::minutes(90)), 12_500);
        assert_eq!(next_change(&[one], now), Some(now + TimeDelta::minutes(1)));
    }

    #[test]
    fn a_cap_makes_it_last_until_the_month_ends() {
        let one = open(7_300_000, Rule::CAPPED, 731);
        // January is paid to its cap: nothing more is due before February begins.
        let now = one.stretch.began(731) + TimeDelta::minutes(1);
        assert_eq!(due_micros(&[one], &NONE, now), 0);
        let february = Utc.with_ymd_and_hms(2026, 2, 1, 0, 30, 0).unwrap();
        assert_eq!(zero_at(&[one], &NONE, 0, now), Some(february + TimeDelta::seconds(1)));
    }

    #[test]
    fn a_price_that_is_to_follow_counts_from_its_hour() {
        let mut one = open(7_300_000, Rule::UNCAPPED, 1);
        let now = one.stretch.started_at + TimeDelta::minutes(10);
        let twice = Price { month_micros: 14_600_000, rule: Rule::UNCAPPED };
        let (hours, stretch) = one.stretch.followed_by(twice, now + TimeDelta::hours(2), one.billed_hours);
        one.ends_at = Some(stretch.started_at);
        let next = Open { stretch, billed_hours: 0, billed_micros: 0, ends_at: None };
        // Hours 2 and 3 cost 10,000, those from hour 4 on 20,000.
        assert_eq!(hours, 3);
        let due = |after| due_micros(&[one, next], &NONE, now + TimeDelta::hours(after));
        assert_eq!([due(0), due(1), due(2), due(3), due(4)], [0, 10_000, 20_000, 40_000, 60_000]);
        let zero = zero_at(&[one, next], &NONE, 45_000, now).unwrap();
        assert_eq!(zero, one.stretch.started_at + TimeDelta::hours(4) + TimeDelta::seconds(1));
    }
}
