//! The timetable: everything that happens by itself, and when.

use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::error::{Error, Result};
use crate::invoice::Issue;
use crate::work::Job;

/// A line of the timetable.
#[derive(Clone, Copy, Debug)]
pub struct TimetableEntry {
    /// The key of its row in `schedule`.
    pub name: &'static str,
    /// When it ticks, in UTC, until an operator says otherwise.
    pub cron: &'static str,
    /// Ticks missed for longer than this are left out, until an operator says otherwise.
    pub catch_up: Duration,
    /// The job of a tick, given its instant.
    pub job: fn(DateTime<Utc>) -> Job,
}

/// The timetable: everything that happens by itself.
pub const TIMETABLE: &[TimetableEntry] = &[
    // Charges count hours since a server was created, so a tick that is left out loses nothing.
    TimetableEntry {
        name: "billing.hourly",
        cron: "0 * * * *",
        catch_up: Duration::from_hours(72),
        job: |tick| Job::ChargeUsage { tick },
    },
    // Notices are by the hour, and each is sent once.
    TimetableEntry {
        name: "billing.watch",
        cron: "*/5 * * * *",
        catch_up: Duration::from_mins(5),
        job: |_| Job::WatchWallets { org: None },
    },
    TimetableEntry {
        name: "platform.tidy",
        cron: "17 3 * * *",
        catch_up: Duration::from_hours(24),
        job: |tick| Job::Tidy { tick },
    },
    TimetableEntry {
        name: "platform.archive",
        cron: "41 * * * *",
        catch_up: Duration::from_hours(1),
        job: |tick| Job::Archive { tick },
    },
    // Each reset has its own time, so a tick that is left out loses nothing.
    TimetableEntry {
        name: "user.reset_factors",
        cron: "*/5 * * * *",
        catch_up: Duration::from_mins(5),
        job: |tick| Job::ResetFactors { tick },
    },
    // Prices and sizes change without a word from the provider.
    TimetableEntry {
        name: "cloud.sync",
        cron: "23 * * * *",
        catch_up: Duration::from_hours(1),
        job: |_| Job::SyncCloud { cloud: None },
    },
    TimetableEntry {
        name: "cloud.reconcile",
        cron: "*/5 * * * *",
        catch_up: Duration::from_mins(5),
        job: |_| Job::ReconcileCloud { cloud: None },
    },
    // What is written meanwhile is chained by the next seal, and by each document that carries a head.
    TimetableEntry {
        name: "ledger.seal",
        cron: "*/10 * * * *",
        catch_up: Duration::from_mins(10),
        job: |tick| Job::SealLedger { tick },
    },
    // Each month and each credit has one document, so a tick that is left out loses nothing.
    TimetableEntry {
        name: "invoice.issue",
        cron: "37 * * * *",
        catch_up: Duration::from_hours(24),
        job: |tick| Job::IssueInvoice { what: Issue::Due { tick } },
    },
    // Each payment has its own time, so a tick that is left out loses nothing.
    TimetableEntry {
        name: "payment.poll",
        cron: "* * * * *",
        catch_up: Duration::from_mins(1),
        job: |tick| Job::PollPayments { tick },
    },
    // The list reaches hours back, so a tick that is left out loses nothing.
    TimetableEntry {
        name: "payment.events",
        cron: "7-59/15 * * * *",
        catch_up: Duration::from_mins(15),
        job: |tick| Job::PaymentEvents { list: Some(tick) },
    },
    // A report looks four days back.
    TimetableEntry {
        name: "payment.report",
        cron: "37 4 * * *",
        catch_up: Duration::from_hours(24),
        job: |tick| Job::ReportPayments { tick },
    },
];

pub(super) fn entry(name: &str) -> Result<&'static TimetableEntry> {
    TIMETABLE.iter().find(|entry| entry.name == name).ok_or_else(|| Error::not_found("schedule"))
}
