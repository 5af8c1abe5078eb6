//! Tax on hours, as a share of what they cost: exact to the micro-unit, and cumulative like the price itself.

use chrono::{DateTime, Utc};

use super::stretch::Stretch;

/// So much of so much: the tax on a price.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    /// The part.
    pub part: i64,
    /// The whole; not zero.
    pub whole: i64,
}

impl Share {
    /// No tax.
    pub const NONE: Self = Self { part: 0, whole: 1 };

    /// The tax on an amount in micro-units, rounded down.
    #[must_use]
    pub fn of(self, micros: i64) -> i64 {
        let tax = i128::from(micros) * i128::from(self.part) / i128::from(self.whole.max(1));
        i64::try_from(tax).unwrap_or(i64::MAX)
    }

    /// What it rises by when an amount grows from one to another.
    #[must_use]
    pub fn between(self, from_micros: i64, to_micros: i64) -> i64 {
        self.of(to_micros) - self.of(from_micros)
    }
}

/// The tax that an organisation owes on hours, now and as far as rules say.
///
/// The tax on a segment's hours is what the tax on all of them rises by, so that it sums to the same however the ticks
/// fall. Where the share changes, it is taken of each stretch of hours between two changes; an hour has the share of
/// the moment at which it began.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Levy {
    /// Whether it is added to prices, or contained in them.
    pub added: bool,
    /// Shares, each for the hours that begin at an instant or later; the earliest first. None holds before the first.
    pub steps: Vec<(DateTime<Utc>, Share)>,
}

impl Levy {
    /// The share of hours that begin at an instant.
    #[must_use]
    pub fn at(&self, at: DateTime<Utc>) -> Share {
        self.steps.iter().rev().find(|(from, _)| *from <= at).map_or(Share::NONE, |(_, share)| *share)
    }

    /// The tax on the hours after the first `from` until `to` hours of a stretch, in micro-units.
    #[must_use]
    pub fn between(&self, stretch: &Stretch, from: i64, to: i64) -> i64 {
        self.summed(stretch, from, to, |n| stretch.through(n))
    }

    /// The tax on what is due of a stretch at an instant, after its first `from` hours, in micro-units. By the second,
    /// the last hour is due in part.
    #[must_use]
    pub fn until(&self, stretch: &Stretch, from: i64, at: DateTime<Utc>) -> i64 {
        let last = stretch.hours_at(at);
        self.summed(stretch, from, last, |n| if n < last { stretch.through(n) } else { stretch.due_at(at) })
    }

    fn summed(&self, stretch: &Stretch, from: i64, to: i64, through: impl Fn(i64) -> i64) -> i64 {
        if to <= from {
            return 0;
        }
        let begun = |at: DateTime<Utc>| stretch.begun_before(at).clamp(from, to);
        let mut sum = 0_i64;
        for (place, (at, share)) in self.steps.iter().enumerate().filter(|(_, (_, share))| share.part > 0) {
            let (first, last) = (begun(*at), self.steps.get(place + 1).map_or(to, |(next, _)| begun(*next)));
            if last > first {
                sum = sum.saturating_add(share.between(through(first), through(last)));
            }
        }
        sum
    }

    /// What an amount takes from the wallet beyond itself, at an instant: its tax where that is added.
    #[must_use]
    pub fn added_to(&self, micros: i64, at: DateTime<Utc>) -> i64 {
        if self.added { self.at(at).of(micros) } else { 0 }
    }

    /// An amount as the wallet pays it, at an instant, rounded up so that what is kept suffices.
    #[must_use]
    pub fn with_tax(&self, micros: i64, at: DateTime<Utc>) -> i64 {
        let share = self.at(at);
        if self.added && share.part > 0 { micros.saturating_add(share.of(micros)).saturating_add(1) } else { micros }
    }
}

#[cfg(test)]
mod tests {
    use chrono::{TimeDelta, TimeZone as _};
    use proptest::prelude::*;

    use super::*;
    use crate::rating::{Price, Rule};

    fn started() -> DateTime<Utc> {
        Utc.with_ymd_and_hms(2026, 1, 10, 7, 30, 0).unwrap()
    }

    fn levy(changes: &[(i64, i64)]) -> Levy {
        let share = |part| Share { part, whole: 10_000 };
        let mut steps = vec![(DateTime::<Utc>::MIN_UTC, share(1_900))];
        steps.extend(changes.iter().map(|&(hours, part)| (started() + TimeDelta::hours(hours), share(part))));
        Levy { added: true, steps }
    }

    proptest! {
        #[test]
        fn tax_sums_to_the_same_however_the_ticks_fall(
            month in 0_i64..100_000_000,
            capped: bool,
            cuts in prop::collection::btree_set(1_i64..1_500, 1..30),
            changes in prop::collection::btree_map(1_i64..1_500, 0_i64..10_000, 0..3),
        ) {
            let price = Price { month_micros: month, rule: Rule::of(730, capped, None) };
            let stretch = Stretch::first(started(), price);
            let changes: Vec<(i64, i64)> = changes.into_iter().collect();
            let levy = levy(&changes);
            let (mut before, mut sum) = (0, 0);
            for &cut in &cuts {
                // A tick that comes after a change charges what began before it at the rate before, and the rest after.
                let within = before + 1..cut;
                let within: Vec<i64> =
                    changes.iter().map(|(change, _)| *change).filter(|change| within.contains(change)).collect();
                for change in within {
                    sum += levy.between(&stretch, before, change);
                    before = change;
                }
                sum += levy.between(&stretch, before, cut);
                before = cut;
            }
            prop_assert_eq!(sum, levy.between(&stretch, 0, before));
        }
    }

    #[test]
    fn an_hour_has_the_share_of_the_moment_at_which_it_began() {
        let price = Price { month_micros: 7_300_000_000, rule: Rule::UNCAPPED };
        let stretch = Stretch::first(started(), price);
        // Hours 1 to 3 begin before the change at hour 4; an hour costs 10,000,000.
        let levy = levy(&[(3, 700)]);
        assert_eq!(levy.between(&stretch, 0, 3), 5_700_000);
        assert_eq!(levy.between(&stretch, 0, 4), 5_700_000 + 700_000);
        assert_eq!(levy.added_to(100, started()), 19);
        assert_eq!(Levy { added: false, ..levy }.added_to(100, started()), 0, "what is contained adds nothing");
        assert_eq!(Levy::default().between(&stretch, 0, 9), 0, "without a rule there is no tax");
        assert_eq!(Share::NONE.of(i64::MAX), 0);
    }
}
