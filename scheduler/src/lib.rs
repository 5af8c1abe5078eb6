//! Turns the passing of time into jobs.
//!
//! Invariant: a tick happens exactly once, however many schedulers run and however late they are:
//! it is a row whose key is the schedule and the instant, and its job is written with it.

use std::collections::BTreeSet;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use domain::Ctx;
use domain::schedule::{self, Cron, ScheduleCursor, TimetableEntry};
use tokio_util::sync::CancellationToken;

pub use domain::schedule::TIMETABLE;

/// How often schedules are checked for due ticks.
const LOOK: Duration = Duration::from_millis(500);
/// The most ticks of one schedule caught up in one pass.
const MAX_TICKS: usize = 100;

/// Ticks until `stop`.
///
/// # Errors
/// Never so far: a database that does not answer is asked again.
pub async fn serve(ctx: Ctx, stop: CancellationToken) -> anyhow::Result<()> {
    tracing::info!(schedules = TIMETABLE.len(), "scheduler starts");
    // Rows written by an older version are brought up to date once.
    let mut ensured = BTreeSet::new();
    loop {
        for entry in TIMETABLE {
            let advanced = async {
                if !ensured.contains(entry.name) {
                    schedule::ensure(&ctx, entry).await?;
                    ensured.insert(entry.name);
                }
                advance(&ctx, entry).await
            };
            match advanced.await {
                Ok(0) => {}
                Ok(ticks) => tracing::info!(schedule = entry.name, ticks, "ticked"),
                Err(error) => {
                    tracing::warn!(schedule = entry.name, %error, "the schedule could not be advanced yet");
                }
            }
        }
        tokio::select! {
            () = stop.cancelled() => return Ok(()),
            () = tokio::time::sleep(LOOK) => {}
        }
    }
}

/// Brings one schedule up to now, by the row that operators steer. Returns how many ticks were
/// this caller's.
///
/// # Errors
/// When the database does not answer, or the row's expression can't be read.
pub async fn advance(ctx: &Ctx, entry: &TimetableEntry) -> domain::Result<usize> {
    let Some(cursor) = schedule::cursor(ctx, entry.name).await? else {
        schedule::ensure(ctx, entry).await?;
        return Ok(0);
    };
    let gauge = metrics::gauge!("schedule_late_seconds", "schedule" => entry.name);
    if cursor.paused {
        gauge.set(0.0);
        return Ok(0);
    }
    let cron = Cron::parse(&cursor.cron, cursor.now)?;
    let mut mine = 0;
    for at in due(&cron, &cursor) {
        // An error leaves this figure standing, and the alarm with it.
        gauge.set((cursor.now - at).as_seconds_f64().max(0.0));
        mine += usize::from(schedule::tick(ctx, entry, at, cron.next(at)).await?.is_some());
    }
    gauge.set(0.0);
    schedule::note_next(ctx, entry.name, cron.next(cursor.now)).await?;
    Ok(mine)
}

/// How overdue a schedule is: the age of the oldest tick that is due and has not happened. What was missed in a pause
/// or before the window is not due, so it is not late.
///
/// # Errors
/// As [`advance`].
pub async fn lateness(ctx: &Ctx, entry: &TimetableEntry) -> domain::Result<TimeDelta> {
    let Some(cursor) = schedule::cursor(ctx, entry.name).await?.filter(|cursor| !cursor.paused) else {
        return Ok(TimeDelta::zero());
    };
    let cron = Cron::parse(&cursor.cron, cursor.now)?;
    Ok(due(&cron, &cursor).first().map_or_else(TimeDelta::zero, |oldest| cursor.now - *oldest))
}

fn due(cron: &Cron, cursor: &ScheduleCursor) -> Vec<DateTime<Utc>> {
    let catch_up = Duration::from_secs_f64(cursor.catch_up_s.max(0.0));
    cron.due(cursor.last_tick, cursor.now, catch_up, MAX_TICKS)
}
