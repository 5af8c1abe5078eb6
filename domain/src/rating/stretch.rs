//! A stretch of time at one price: a segment, without its row.

use chrono::{DateTime, Datelike, Months, TimeDelta, Utc};

use super::rule::{Increment, Price};
use crate::clock::month_start;

const HOUR_MICROS: i64 = 3_600_000_000;
const HOUR_S: i64 = 3_600;

/// A server's (or its backups') time at one price. Hours are counted from its start, which for a price that follows
/// another is a full hour of the one before, or a full second where that was charged by the second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// Its hours are counted from here.
    pub started_at: DateTime<Utc>,
    /// The price and its rule.
    pub price: Price,
    /// What earlier prices of the same server cost in the month in which this one begins, in micro-units.
    pub base_micros: i64,
    /// The dearest advertised price of that month where an earlier one is dearer, in micro-units.
    pub cap_micros: Option<i64>,
}

/// How many hours have begun between two instants: at least 1.
#[must_use]
pub fn hours_until(started_at: DateTime<Utc>, at: DateTime<Utc>) -> i64 {
    begun(started_at, at).max(1)
}

/// How many hours began before an instant.
fn begun(started_at: DateTime<Utc>, at: DateTime<Utc>) -> i64 {
    let micros = at.signed_duration_since(started_at).num_microseconds().unwrap_or(i64::MAX);
    micros.saturating_add(HOUR_MICROS - 1).div_euclid(HOUR_MICROS).max(0)
}

/// The first instant of the month after that of `at`.
fn next_month(at: DateTime<Utc>) -> DateTime<Utc> {
    month_start(at).checked_add_months(Months::new(1)).unwrap_or(DateTime::<Utc>::MAX_UTC)
}

impl Stretch {
    /// A server's first price.
    #[must_use]
    pub fn first(started_at: DateTime<Utc>, price: Price) -> Self {
        Self { started_at, price, base_micros: 0, cap_micros: None }
    }

    /// `floor(month · units / per_month)`, in micro-units.
    pub(super) fn raw(month_micros: i64, per_month: i64, units: i64) -> i64 {
        i64::try_from(i128::from(month_micros) * i128::from(units) / i128::from(per_month.max(1))).unwrap_or(i64::MAX)
    }

    /// When its `n`-th hour begins.
    #[must_use]
    pub fn began(&self, n: i64) -> DateTime<Utc> {
        TimeDelta::try_hours(n - 1)
            .and_then(|since| self.started_at.checked_add_signed(since))
            .unwrap_or(DateTime::<Utc>::MAX_UTC)
    }

    /// How many of its hours begin before an instant.
    #[must_use]
    pub fn begun_before(&self, at: DateTime<Utc>) -> i64 {
        begun(self.started_at, at)
    }

    /// Hours that count at an instant: those that have begun, and at least the first.
    #[must_use]
    pub fn hours_at(&self, at: DateTime<Utc>) -> i64 {
        hours_until(self.started_at, at)
    }

    /// Where the month of an instant stands: hours that began before it, what the month had cost before this price, and
    /// the most that it costs.
    fn month(&self, month: DateTime<Utc>) -> (i64, i64, i64) {
        let own = self.price.month_micros;
        if month <= self.started_at {
            (0, self.base_micros, self.cap_micros.unwrap_or(own))
        } else {
            (begun(self.started_at, month), 0, own)
        }
    }

    /// What `j` hours of a month cost beyond its base.
    fn month_micros(&self, j: i64, base: i64, cap: i64) -> i64 {
        let raw = Self::raw(self.price.month_micros, i64::from(self.price.rule.hours_per_month), j);
        cap.min(base.saturating_add(raw)) - cap.min(base)
    }

    /// The cumulative function: what the first `n` hours cost, in micro-units.
    #[must_use]
    pub fn through(&self, n: i64) -> i64 {
        if n <= 0 {
            return 0;
        }
        if !self.price.rule.capped {
            return Self::raw(self.price.month_micros, i64::from(self.price.rule.hours_per_month), n);
        }
        let (mut sum, mut month, last) = (0_i64, month_start(self.started_at), self.began(n));
        while month <= last {
            let next = next_month(month);
            let (before, base, cap) = self.month(month);
            let until = if next > last { n } else { begun(self.started_at, next).min(n) };
            sum = sum.saturating_add(self.month_micros(until - before, base, cap));
            if next.year() > 9_000 {
                break;
            }
            month = next;
        }
        sum
    }

    /// What the `n`-th hour costs, in micro-units.
    #[must_use]
    pub fn hour_micros(&self, n: i64) -> i64 {
        if !self.price.rule.capped {
            return self.through(n) - self.through(n - 1);
        }
        let (before, base, cap) = self.month(month_start(self.began(n)));
        self.month_micros(n - before, base, cap) - self.month_micros(n - 1 - before, base, cap)
    }

    /// Seconds that count at an instant, where they are charged: started ones, and at least the minimum; none before it
    /// began.
    fn seconds_at(&self, at: DateTime<Utc>, minimum_s: i32) -> i64 {
        if at < self.started_at {
            return 0;
        }
        let micros = at.signed_duration_since(self.started_at).num_microseconds().unwrap_or(i64::MAX).max(0);
        (micros / 1_000_000 + i64::from(micros % 1_000_000 > 0)).max(i64::from(minimum_s)).max(1)
    }

    /// What so many seconds cost, in micro-units: full hours as they are, and the seconds of the one that has begun.
    #[must_use]
    pub fn seconds_micros(&self, seconds: i64) -> i64 {
        if seconds <= 0 {
            return 0;
        }
        let full = (seconds - 1) / HOUR_S;
        let (n, rest) = (full + 1, seconds - full * HOUR_S);
        let (before, base, cap) =
            if self.price.rule.capped { self.month(month_start(self.began(n))) } else { (0, 0, i64::MAX) };
        let per_month = i64::from(self.price.rule.hours_per_month) * HOUR_S;
        let cost = |seconds: i64| {
            cap.min(base.saturating_add(Self::raw(self.price.month_micros, per_month, seconds))) - cap.min(base)
        };
        let hours = n - 1 - before;
        self.through(full) + cost(hours * HOUR_S + rest) - cost(hours * HOUR_S)
    }

    /// What is due at an instant, from the start on, in micro-units.
    #[must_use]
    pub fn due_at(&self, at: DateTime<Utc>) -> i64 {
        match self.price.rule.increment {
            Increment::Hour => self.through(self.hours_at(at)),
            Increment::Second { minimum_s } => self.seconds_micros(self.seconds_at(at, minimum_s)),
        }
    }

    /// Hours that a tick charges: those that have begun; by the second, those that have ended.
    #[must_use]
    pub fn charged_at(&self, at: DateTime<Utc>) -> i64 {
        match self.price.rule.increment {
            Increment::Hour => self.hours_at(at),
            Increment::Second { .. } => {
                let micros = at.signed_duration_since(self.started_at).num_microseconds().unwrap_or(i64::MAX);
                micros.div_euclid(HOUR_MICROS).max(0)
            }
        }
    }

    /// When a tick may charge its `n`-th hour: when it begins; by the second, when it has ended.
    #[must_use]
    pub fn charges(&self, n: i64) -> DateTime<Utc> {
        self.began(if self.price.rule.by_second() { n + 1 } else { n })
    }

    /// Where this price ends when another one follows at an instant: with the next hour that begins at or after it and
    /// is not among the `billed` hours; by the second, with the second that has begun. As seconds from its start.
    fn ends_s(&self, at: DateTime<Utc>, billed: i64) -> i64 {
        match self.price.rule.increment {
            Increment::Hour => begun(self.started_at, at).max(billed) * HOUR_S,
            Increment::Second { minimum_s } => self.seconds_at(at, minimum_s).max(billed * HOUR_S),
        }
    }

    /// The stretch that follows this one at another price, and the hours that began in this one. The month's cap is the
    /// dearest of the prices that have hours in it. `billed` are the hours that were charged in full.
    #[must_use]
    pub fn followed_by(&self, price: Price, at: DateTime<Utc>, billed: i64) -> (i64, Self) {
        let seconds = self.ends_s(at, billed);
        let hours = (seconds + HOUR_S - 1) / HOUR_S;
        let started_at = self.started_at + TimeDelta::seconds(seconds);
        let month = month_start(started_at);
        let shares = self.began(hours) >= month;
        let (before, base, cap) = self.month(month);
        let base = if self.price.rule.capped { cap.min(base) } else { base };
        let spent = base + self.seconds_micros(seconds) - self.through(before);
        let (base_micros, cap_micros) = if hours == 0 {
            // It lasted for no time: the next one stands where it stood.
            (self.base_micros, self.cap_micros.map(|cap| cap.max(price.month_micros)))
        } else if shares {
            (spent, Some(cap.max(price.month_micros)))
        } else {
            (0, None)
        };
        let price = Price { rule: price.rule.later(), ..price };
        (hours, Self { started_at, price, base_micros, cap_micros })
    }
}

#[cfg(test)]
#[path = "stretch_tests.rs"]
mod tests;
