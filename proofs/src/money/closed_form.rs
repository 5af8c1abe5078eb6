//! What a history of prices costs, hour by hour, by the words of `docs/ledger.md` and without the product's code.

use chrono::{DateTime, Datelike as _, TimeDelta, Utc};

/// A price with its rule.
#[derive(Clone, Copy, Debug)]
pub(super) struct Priced {
    /// A month's price in micro-units.
    pub month_micros: i64,
    /// Hours after which it is reached.
    pub hours_per_month: i32,
    /// Whether a calendar month costs no more.
    pub capped: bool,
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

/// Hours and micro-units that are due at an instant.
pub(super) fn due(history: &History, at: DateTime<Utc>) -> (i64, i64) {
    let at = history.ended_at.map_or(at, |ended| ended.min(at));
    if at < history.started_at {
        return (0, 0);
    }
    let (mut hours, mut sum) = (0, 0);
    // Of the price in force: which it is, its hours in all and in this month, and where the month stood before it.
    let (mut current, mut in_all, mut in_month, mut base) = (0, 0, 0, 0);
    let (mut month, mut spent, mut cap) = ((0, 0), 0, 0);
    let mut begins = history.started_at;
    while begins < at || hours == 0 {
        if (begins.year(), begins.month()) != month {
            (month, spent, cap, in_month, base) = ((begins.year(), begins.month()), 0, 0, 0, 0);
        }
        while history.prices.get(current + 1).is_some_and(|(from, _)| *from <= begins) {
            (current, in_all, in_month, base) = (current + 1, 0, 0, spent);
        }
        let price = history.prices[current].1;
        cap = cap.max(price.month_micros);
        (in_all, in_month, hours) = (in_all + 1, in_month + 1, hours + 1);
        let cost = if price.capped {
            let until = |hours| (base + raw(price, hours)).min(cap);
            until(in_month) - until(in_month - 1)
        } else {
            raw(price, in_all) - raw(price, in_all - 1)
        };
        (spent, sum) = (spent + cost, sum + cost);
        begins += TimeDelta::hours(1);
    }
    (hours, sum)
}

fn raw(price: Priced, hours: i64) -> i64 {
    i64::try_from(i128::from(price.month_micros) * i128::from(hours) / i128::from(price.hours_per_month))
        .unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIX: Priced = Priced { month_micros: 6_000_000, hours_per_month: 730, capped: true };

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
}
