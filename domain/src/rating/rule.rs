//! By which rule a price is charged.

use super::Stretch;

/// Hours after which a month's price is reached, unless a plan says otherwise: 365 · 24 / 12.
pub const HOURS_PER_MONTH: i32 = 730;

/// The unit in which time is charged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Increment {
    /// An hour that has begun counts whole.
    Hour,
    /// Seconds, and at least so many of them in all.
    Second {
        /// The fewest seconds that are charged.
        minimum_s: i64,
    },
}

/// How a month's price becomes hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// The unit that is charged.
    pub increment: Increment,
    /// Hours after which a month's price is reached: 730 or 672.
    pub hours_per_month: i32,
    /// Whether a calendar month (UTC) costs the month's price at most.
    pub capped: bool,
}

impl Rule {
    /// The rule of everything that was ordered before there was a cap.
    pub const UNCAPPED: Self = Self { increment: Increment::Hour, hours_per_month: HOURS_PER_MONTH, capped: false };
    /// The rule of a new plan.
    pub const CAPPED: Self = Self { increment: Increment::Hour, hours_per_month: HOURS_PER_MONTH, capped: true };

    /// A rule by the hour, as rows store it.
    #[must_use]
    pub const fn hourly(hours_per_month: i32, capped: bool) -> Self {
        Self { increment: Increment::Hour, hours_per_month, capped }
    }
}

/// A month's price with its rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Price {
    /// The advertised price of a month, in micro-units.
    pub month_micros: i64,
    /// How it becomes hours.
    pub rule: Rule,
}

impl Price {
    /// What the first hour costs, in micro-units; later ones differ by at most one, until a cap is reached.
    #[must_use]
    pub fn hour_micros(&self) -> i64 {
        Stretch::raw(self.month_micros, self.rule.hours_per_month, 1)
    }
}
