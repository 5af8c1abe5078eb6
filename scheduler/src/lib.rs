//! Turns the passing of time into jobs.
//!
//! Invariant: a tick happens exactly once, however many schedulers run and however late they are:
//! it is a row whose key is the schedule and the instant, and its job is written with it.

mod schedule;

use std::str::FromStr as _;
use std::time::Duration;

use anyhow::Context as _;
use chrono::{DateTime, TimeDelta, Utc};
use cron::Schedule;
use domain::Ctx;
use tokio_util::sync::CancellationToken;

pub use schedule::{Entry, TIMETABLE};

/// The clock is looked at this often.
const LOOK: Duration = Duration::from_millis(500);
/// Ticks caught up in one look at most.
const MAX_TICKS: usize = 100;

/// Ticks until `stop`.
///
/// # Errors
/// When an expression of the timetable can't be read; a test reads them all.
pub async fn serve(ctx: Ctx, stop: CancellationToken) -> anyhow::Result<()> {
    let timetable: Vec<(Entry, Schedule)> = TIMETABLE
        .iter()
        .map(|entry| {
            Ok((*entry, Schedule::from_str(entry.cron).with_context(|| format!("the schedule {}", entry.name))?))
        })
        .collect::<anyhow::Result<_>>()?;
    tracing::info!(schedules = timetable.len(), "scheduler starts");
    loop {
        for (entry, schedule) in &timetable {
            match advance(&ctx, entry, schedule).await {
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

/// Brings one schedule up to now. Returns how many ticks were this caller's.
///
/// # Errors
/// When the database does not answer.
pub async fn advance(ctx: &Ctx, entry: &Entry, schedule: &Schedule) -> domain::Result<usize> {
    let Some(cursor) = domain::schedule::cursor(ctx, entry.name).await? else {
        domain::schedule::ensure(ctx, entry.name, entry.cron, entry.catch_up).await?;
        return Ok(0);
    };
    if cursor.paused {
        return Ok(0);
    }
    let mut mine = 0;
    for at in due(schedule, cursor.last_tick, cursor.now, entry.catch_up) {
        mine += usize::from(domain::schedule::tick(ctx, entry.name, at, (entry.job)(at)).await?);
    }
    Ok(mine)
}

/// The ticks after `last` up to `now`, those older than `catch_up` left out.
fn due(schedule: &Schedule, last: DateTime<Utc>, now: DateTime<Utc>, catch_up: Duration) -> Vec<DateTime<Utc>> {
    let reach = now - TimeDelta::from_std(catch_up).unwrap_or(TimeDelta::MAX);
    schedule.after(&last.max(reach)).take_while(|at| *at <= now).take(MAX_TICKS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn the_timetable_can_be_read() {
        for entry in TIMETABLE {
            assert!(
                Schedule::from_str(entry.cron).unwrap().after(&at("2026-01-01T00:00:00Z")).next().is_some(),
                "{} never ticks",
                entry.name
            );
        }
    }

    #[test]
    fn missed_hours_are_caught_up_and_old_ones_left_out() {
        let hourly = Schedule::from_str("0 0 * * * *").unwrap();
        let day = Duration::from_hours(24);
        let ticks = due(&hourly, at("2026-11-22T15:30:00Z"), at("2026-11-22T18:10:00Z"), day);
        assert_eq!(ticks, [at("2026-11-22T16:00:00Z"), at("2026-11-22T17:00:00Z"), at("2026-11-22T18:00:00Z")]);
        assert!(due(&hourly, at("2026-11-22T18:00:00Z"), at("2026-11-22T18:59:59Z"), day).is_empty());
        assert_eq!(due(&hourly, at("2026-11-01T00:00:00Z"), at("2026-11-22T18:00:00Z"), day).len(), 24);
    }
}
