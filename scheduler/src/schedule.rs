//! What happens when: the whole timetable.

use std::time::Duration;

use chrono::{DateTime, Utc};
use domain::jobs::Job;

/// One line of the timetable.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// Its name in the database.
    pub name: &'static str,
    /// Seconds, minutes, hours, day of month, month, day of week; in UTC.
    pub cron: &'static str,
    /// Ticks missed for longer than this are left out. Charges count hours since a server was
    /// made, so a tick that is left out loses nothing.
    pub catch_up: Duration,
    /// The job of a tick.
    pub job: fn(DateTime<Utc>) -> Job,
}

/// The timetable.
pub const TIMETABLE: &[Entry] = &[
    Entry {
        name: "billing.hourly",
        cron: "0 0 * * * *",
        catch_up: Duration::from_hours(72),
        job: |tick| Job::ChargeUsage { tick },
    },
    Entry {
        name: "platform.tidy",
        cron: "0 17 3 * * *",
        catch_up: Duration::from_hours(24),
        job: |tick| Job::Tidy { tick },
    },
];
