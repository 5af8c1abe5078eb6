//! What a history of prices costs, hour by hour, by the words of `docs/ledger.md` and without the product's code.

use chrono::{DateTime, Datelike as _, TimeDelta, Utc};

/// Seconds in an hour.
const HOUR: i64 = 3_600;

/// A price with its rule.
#[derive(Clone, Copy, Debug)]
pub(super) struct Priced {
    /// A month's price in micro-units.
    pub month_micros: i64,
    /// Hours after which it is reached.
    pub hours_per_month: i32,
    /// Whether a calendar month costs no more.
    pub capped: bool,
    /// The fewest seconds that are charged, where they are; none where a started hour counts.
    pub minimum_s: Option<i64>,
}

/// A server, or its backups, from the first hour to the last.
#[derive(Clone, Debug)]
pub(super) struct History {
    /// Hours count from here.
    pub started_at: DateTime<Utc>,
    /// The price that it began with, and others from the hour that begins at or after an instant.
    pub prices: Vec<(DateTime<Utc>, Priced)>,
    /// When it ended, if it did.
    pub ended_at: Option<DateTime<Utc>>,
}

/// Hours and micro-units that are charged at an instant: hours when they begin; by the second when they have ended, or
/// their price or the server has.
pub(super) fn due(history: &History, at: DateTime<Utc>) -> (i64, i64) {
    let at = history.ended_at.map_or(at, |ended| ended.min(at));
    if at < history.started_at {
        return (0, 0);
    }
    let (mut hours, mut sum) = (0, 0);
    // Of the price in force: which it is, its seconds in all and in this month, and where the month stood before it.
    let (mut current, mut in_all, mut in_month, mut base) = (0, 0, 0, 0);
    let (mut month, mut spent, mut cap) = ((0, 0), 0, 0);
    let mut begins = history.started_at;
    loop {
        if (begins.year(), begins.month()) != month {
            (month, spent, cap, in_month, base) = ((begins.year(), begins.month()), 0, 0, 0, 0);
        }
        while history.prices.get(current + 1).is_some_and(|(from, _)| *from <= begins) {
            (current, in_all, in_month, base) = (current + 1, 0, 0, spent);
        }
        let price = history.prices[current].1;
        let length = match price.minimum_s {
            None if begins < at || hours == 0 => HOUR,
            None => break,
            Some(minimum_s) => match part(history, current, minimum_s, begins - TimeDelta::seconds(in_all), at) {
                Some(seconds) if seconds > in_all => HOUR.min(seconds - in_all),
                None if begins + TimeDelta::seconds(HOUR) <= at => HOUR,
                _ => break,
            },
        };
        cap = cap.max(price.month_micros);
        (in_all, in_month, hours) = (in_all + length, in_month + length, hours + 1);
        let cost = if price.capped {
            let until = |seconds| (base + raw(price, seconds)).min(cap);
            until(in_month) - until(in_month - length)
        } else {
            raw(price, in_all) - raw(price, in_all - length)
        };
        (spent, sum) = (spent + cost, sum + cost);
        begins += TimeDelta::seconds(length);
    }
    (hours, sum)
}

/// For how many seconds a price by the second is charged that began at an instant; none while nothing ended it.
fn part(history: &History, place: usize, minimum_s: i64, began: DateTime<Utc>, at: DateTime<Utc>) -> Option<i64> {
    let next = history.prices.get(place + 1).map(|(from, _)| *from);
    let stops = next.or(history.ended_at).filter(|stops| *stops <= at)?;
    let micros = (stops - began).num_microseconds().unwrap_or(i64::MAX);
    // The minimum is of the server's whole life: the first price bears it.
    let least = if place == 0 { minimum_s } else { 1 };
    Some((micros.div_euclid(1_000_000) + i64::from(micros.rem_euclid(1_000_000) > 0)).max(least))
}

/// What so many seconds cost.
fn raw(price: Priced, seconds: i64) -> i64 {
    let whole = i128::from(price.hours_per_month) * i128::from(HOUR);
    i64::try_from(i128::from(price.month_micros) * i128::from(seconds) / whole).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIX: Priced = Priced { month_micros: 6_000_000, hours_per_month: 730, capped: true, minimum_s: None };

    fn at(day: u32, hour: u32, minute: u32) -> DateTime<Utc> {
        chrono::NaiveDate::from_ymd_opt(2027, 5, day).unwrap().and_hms_opt(hour, minute, 0).unwrap().and_utc()
    }

    #[test]
    fn the_examples_of_the_documentation() {
        let plain = History { started_at: at(1, 0, 0), prices: vec![(at(1, 0, 0), SIX)], ended_at: None };
        assert_eq!(due(&plain, at(1, 0, 0)), (1, 8_219), "the first hour counts at once");
        assert_eq!(due(&plain, at(1, 2, 0)), (2, 16_438));
        assert_eq!(due(&plain, at(31, 23, 59)), (744, 6_000_000), "the cap");
        let five = Priced { month_micros: 5_000_000, ..SIX };
        let ten = Priced { month_micros: 10_000_000, ..SIX };
        let prices = vec![(at(1, 0, 0), five), (at(31, 19, 40), ten)];
        let resized = History { started_at: at(1, 0, 0), prices, ended_at: None };
        let of = |hours| due(&resized, at(31, 20, 0) + TimeDelta::hours(hours)).1;
        assert_eq!(of(0), 5_000_000);
        let lines: Vec<_> = (0..4).map(|hour| of(hour + 1) - of(hour)).collect();
        assert_eq!(lines, [13_698, 13_699, 13_698, 13_699]);
    }
    #[test]
    fn the_example_by_the_second() {
        let price = Priced { hours_per_month: 672, minimum_s: Some(60), ..SIX };
        let start = at(1, 0, 0);
        let ended = |seconds| {
            let ended_at = Some(start + TimeDelta::seconds(seconds));
            due(&History { started_at: start, prices: vec![(start, price)], ended_at }, at(2, 0, 0))
        };
        assert_eq!((ended(7), ended(90), ended(5_400)), ((1, 148), (1, 223), (2, 13_392)));
        let runs = History { started_at: start, prices: vec![(start, price)], ended_at: None };
        let of = |minutes| due(&runs, start + TimeDelta::minutes(minutes));
        assert_eq!((of(0), of(59), of(60), of(150)), ((0, 0), (0, 0), (1, 8_928), (2, 17_857)));
        assert_eq!(due(&runs, at(31, 23, 59)).1, 6_000_000, "the cap");
    }
}
