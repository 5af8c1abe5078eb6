//! Expressions that say when something happens.

use std::str::FromStr as _;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use crate::error::{Error, Result};

/// How far ahead a next tick is searched for: an expression without one never fires.
const HORIZON: TimeDelta = TimeDelta::days(5 * 366);

/// An expression that says when a schedule ticks, in UTC: minute, hour, day of month, month and
/// day of week, with seconds in front where six are given.
#[derive(Clone, Debug)]
pub struct Cron(::cron::Schedule);

impl Cron {
    /// Reads an expression, and makes sure that it ever fires.
    ///
    /// # Errors
    /// A field error at `/cron`.
    pub fn parse(text: &str, now: DateTime<Utc>) -> Result<Self> {
        let words: Vec<&str> = text.split_whitespace().collect();
        let whole = match words.len() {
            5 => format!("0 {}", words.join(" ")),
            6 => words.join(" "),
            _ => {
                return Err(Error::field(
                    "/cron",
                    "write five parts: minute, hour, day of month, month, day of week; or six with seconds in front",
                ));
            }
        };
        let schedule = ::cron::Schedule::from_str(&whole)
            .map_err(|_| Error::field("/cron", "this can't be read; an example for every hour is 0 * * * *"))?;
        let read = Self(schedule);
        match read.next(now) {
            Some(_) => Ok(read),
            None => Err(Error::field("/cron", "this never happens; choose a day that exists")),
        }
    }

    /// The next tick after an instant, within five years.
    #[must_use]
    pub fn next(&self, after: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.0.after(&after).next().filter(|at| *at <= after + HORIZON)
    }

    /// The next `count` ticks after an instant, within five years.
    #[must_use]
    pub fn next_few(&self, after: DateTime<Utc>, count: usize) -> Vec<DateTime<Utc>> {
        self.0.after(&after).take_while(|at| *at <= after + HORIZON).take(count).collect()
    }

    /// The ticks after `last` up to `now`, those older than `catch_up` left out, at most `max`.
    #[must_use]
    pub fn due(&self, last: DateTime<Utc>, now: DateTime<Utc>, catch_up: Duration, max: usize) -> Vec<DateTime<Utc>> {
        let reach = now - TimeDelta::from_std(catch_up).unwrap_or(TimeDelta::MAX);
        self.0.after(&last.max(reach)).take_while(|at| *at <= now).take(max).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schedule::TIMETABLE;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn the_timetable_can_be_read() {
        let now = at("2026-01-01T00:00:00Z");
        for entry in TIMETABLE {
            assert!(Cron::parse(entry.cron, now).is_ok(), "{}", entry.name);
        }
    }

    #[test]
    fn missed_hours_are_caught_up_and_old_ones_left_out() {
        let hourly = Cron::parse("0 * * * *", at("2026-11-22T15:30:00Z")).unwrap();
        let day = Duration::from_hours(24);
        let ticks = hourly.due(at("2026-11-22T15:30:00Z"), at("2026-11-22T18:10:00Z"), day, 100);
        assert_eq!(ticks, [at("2026-11-22T16:00:00Z"), at("2026-11-22T17:00:00Z"), at("2026-11-22T18:00:00Z")]);
        assert!(hourly.due(at("2026-11-22T18:00:00Z"), at("2026-11-22T18:59:59Z"), day, 100).is_empty());
        assert_eq!(hourly.due(at("2026-11-01T00:00:00Z"), at("2026-11-22T18:00:00Z"), day, 100).len(), 24);
    }

    #[test]
    fn expressions_that_never_fire_are_refused() {
        let now = at("2026-11-22T15:30:00Z");
        for bad in
            ["", "* * *", "0 0 31 2 *", "0 0 30 2 *", "61 * * * *", "x * * * *", "0 0 0 0 0 0 0", "* * * * * * 2020"]
        {
            let error = Cron::parse(bad, now).unwrap_err();
            assert_eq!(error.fields.first().map(|field| field.pointer.as_str()), Some("/cron"), "{bad:?}");
        }
        assert!(Cron::parse("0 0 29 2 *", now).is_ok(), "leap days come");
        assert_eq!(Cron::parse("30 0 * * * *", now).unwrap().next(now), Some(at("2026-11-22T16:00:30Z")));
    }
}
