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
        /// The fewest seconds that are charged: 1 to 3,600.
        minimum_s: i32,
    },
}

/// The unit alone, by its word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChargedBy {
    /// An hour that has begun counts whole.
    Hour,
    /// Seconds, and at least a minimum of them.
    Second,
}

impl Increment {
    /// As rows store it: the minimum of seconds, or none for hours.
    #[must_use]
    pub const fn of(minimum_s: Option<i32>) -> Self {
        match minimum_s {
            Some(minimum_s) => Self::Second { minimum_s },
            None => Self::Hour,
        }
    }

    /// The unit alone.
    #[must_use]
    pub const fn charged_by(self) -> ChargedBy {
        match self {
            Self::Second { .. } => ChargedBy::Second,
            Self::Hour => ChargedBy::Hour,
        }
    }

    /// The fewest seconds that are charged; none where hours are.
    #[must_use]
    pub const fn minimum_s(self) -> Option<i32> {
        match self {
            Self::Second { minimum_s } => Some(minimum_s),
            Self::Hour => None,
        }
    }
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
    pub const UNCAPPED: Self = Self::of(HOURS_PER_MONTH, false, None);
    /// The rule of a new plan.
    pub const CAPPED: Self = Self::of(HOURS_PER_MONTH, true, None);

    /// A rule as rows store it: by the second where there is a minimum of seconds, else by the hour.
    #[must_use]
    pub const fn of(hours_per_month: i32, capped: bool, minimum_s: Option<i32>) -> Self {
        Self { increment: Increment::of(minimum_s), hours_per_month, capped }
    }

    /// Whether time is charged by the second.
    #[must_use]
    pub const fn by_second(self) -> bool {
        matches!(self.increment, Increment::Second { .. })
    }

    /// The same of a server that was charged before: the minimum is of its whole life, and behind it.
    #[must_use]
    pub(super) const fn later(self) -> Self {
        match self.increment {
            Increment::Hour => self,
            Increment::Second { .. } => Self { increment: Increment::Second { minimum_s: 1 }, ..self },
        }
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
        Stretch::raw(self.month_micros, i64::from(self.rule.hours_per_month), 1)
    }
}
