//! What operators type about request limits.

use chrono::{DateTime, TimeDelta, Utc};
use clap::{Args, Subcommand};

/// Request limits.
#[derive(Clone, Debug, Subcommand)]
pub enum Limits {
    /// Show the limits, what was counted within the last hour, and users with a limit of their own.
    Show,
    /// Give a user a limit of their own until it expires; it takes the place of an earlier one.
    Override(Override),
    /// Lift a user's own limit.
    Lift {
        /// The user, by their id or e-mail address.
        user: String,
        /// Why, for the record.
        #[arg(long)]
        reason: String,
    },
}

/// A user's own limit.
#[derive(Clone, Debug, Args)]
pub struct Override {
    /// The user, by their id or e-mail address.
    pub user: String,
    /// Requests in a window, 1 to 1,000,000.
    #[arg(long)]
    pub max: i32,
    /// The window in seconds, 1 to 86,400.
    #[arg(long, default_value_t = 900)]
    pub window_s: i32,
    /// When it expires: an instant such as 2026-01-31T12:00:00Z, or after so long, such as 90m, 24h or 7d.
    #[arg(long, value_parser = instant_ahead)]
    pub expires: Expiry,
    /// Why, for the record.
    #[arg(long)]
    pub reason: String,
}

/// When something expires.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expiry {
    /// At this instant.
    At(DateTime<Utc>),
    /// After so long.
    After(TimeDelta),
}

fn instant_ahead(text: &str) -> Result<Expiry, String> {
    if let Ok(at) = DateTime::parse_from_rfc3339(text) {
        return Ok(Expiry::At(at.to_utc()));
    }
    let after = text.split_at_checked(text.len().saturating_sub(1)).and_then(|(number, unit)| {
        let number: i64 = number.parse().ok().filter(|number| (1..=100_000).contains(number))?;
        match unit {
            "m" => TimeDelta::try_minutes(number),
            "h" => TimeDelta::try_hours(number),
            "d" => TimeDelta::try_days(number),
            _ => None,
        }
    });
    let words = "write an instant such as 2026-01-31T12:00:00Z, or 90m, 24h or 7d for so long from now";
    after.map(Expiry::After).ok_or_else(|| words.to_owned())
}
