//! Expressions that say when something happens, as people know them from crontab.

use std::collections::BTreeSet;
use std::iter::successors;
use std::str::FromStr as _;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use crate::error::{Error, Result};

/// How far ahead a next tick is searched for: an expression without one never fires.
const HORIZON: TimeDelta = TimeDelta::days(5 * 366);
/// The days of week that crontab counts from 0; 7 is Sunday again.
const WEEKDAYS: [&str; 7] = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];

/// An expression that says when a schedule ticks, in UTC: minute, hour, day of month, month and day of week, with
/// seconds in front where six are given.
///
/// It is read as crontab(5) reads it: 0 and 7 are Sunday, 1 is Monday, names work too, and where day of month and day
/// of week are both given, either is enough. The crate `cron` counts days of week from 1, and wants both: so the day of
/// week is translated, and two of its expressions stand for one of ours where either is enough.
#[derive(Clone, Debug)]
pub struct Cron(Vec<::cron::Schedule>);

impl Cron {
    /// Reads an expression, and makes sure that it ever fires.
    ///
    /// # Errors
    /// A field error at `/cron`.
    pub fn parse(text: &str, now: DateTime<Utc>) -> Result<Self> {
        let words: Vec<&str> = text.split_whitespace().collect();
        let (seconds, [minutes, hours, days, months, weekdays]) = match words[..] {
            [minutes, hours, days, months, weekdays] => ("0", [minutes, hours, days, months, weekdays]),
            [seconds, minutes, hours, days, months, weekdays] => (seconds, [minutes, hours, days, months, weekdays]),
            _ => {
                return Err(Error::field(
                    "/cron",
                    "write five parts: minute, hour, day of month, month, day of week; or six with seconds in front",
                ));
            }
        };
        let ordinals = ordinals(weekdays).ok_or_else(|| {
            Error::field("/cron", "write days of week as 0 to 7 or as names: 0 and 7 are Sunday, 1 is Monday")
        })?;
        let matched = if is_restricted(days) && is_restricted(weekdays) {
            vec![(days, "*"), ("*", ordinals.as_str())]
        } else {
            vec![(days, ordinals.as_str())]
        };
        let read: Result<Vec<_>, _> = matched
            .into_iter()
            .map(|(days, weekdays)| {
                let whole = format!("{seconds} {minutes} {hours} {days} {months} {weekdays}");
                ::cron::Schedule::from_str(&whole)
            })
            .collect();
        let read = read
            .map(Self)
            .map_err(|_| Error::field("/cron", "this can't be read; an example for every hour is 0 * * * *"))?;
        match read.next(now) {
            Some(_) => Ok(read),
            None => Err(Error::field("/cron", "this never happens; choose a day that exists")),
        }
    }

    /// The next tick after an instant, within five years.
    #[must_use]
    pub fn next(&self, after: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let next = self.0.iter().filter_map(|one| one.after(&after).next()).min();
        next.filter(|at| *at <= after + HORIZON)
    }

    /// The newest tick up to an instant.
    fn newest(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        // The crate searches before what it is given.
        let after = now + TimeDelta::nanoseconds(1);
        self.0.iter().filter_map(|one| one.after(&after).next_back()).max()
    }

    /// The ticks after an instant, each within five years of the one before.
    fn after(&self, after: DateTime<Utc>) -> impl Iterator<Item = DateTime<Utc>> {
        successors(self.next(after), |at| self.next(*at))
    }

    /// The next `count` ticks after an instant, within five years.
    #[must_use]
    pub fn next_few(&self, after: DateTime<Utc>, count: usize) -> Vec<DateTime<Utc>> {
        self.after(after).take_while(|at| *at <= after + HORIZON).take(count).collect()
    }

    /// The ticks after `last` up to `now`, at most `max`. Of those before the newest, the ones older than `catch_up`
    /// are left out; the newest is no backlog.
    #[must_use]
    pub fn due(&self, last: DateTime<Utc>, now: DateTime<Utc>, catch_up: Duration, max: usize) -> Vec<DateTime<Utc>> {
        let Some(newest) = self.newest(now).filter(|newest| *newest > last) else {
            return Vec::new();
        };
        let window = TimeDelta::from_std(catch_up).unwrap_or(TimeDelta::MAX);
        let reach = now.checked_sub_signed(window).unwrap_or(DateTime::UNIX_EPOCH);
        // Ticks are whole seconds: the newest is after the second before it.
        let from = last.max(reach.min(newest - TimeDelta::seconds(1)));
        self.after(from).take_while(|at| *at <= now).take(max).collect()
    }
}

/// Whether a part says which days: crontab asks whether it begins with an asterisk.
fn is_restricted(part: &str) -> bool {
    !part.starts_with(['*', '?'])
}

/// A part with days of week as crontab writes them, in the numbers of the crate `cron`, where Sunday is 1. None when it
/// can't be read.
fn ordinals(part: &str) -> Option<String> {
    if matches!(part, "*" | "?") {
        return Some("*".to_owned());
    }
    let mut days = BTreeSet::new();
    for item in part.split(',') {
        let (range, step) = match item.split_once('/') {
            Some((range, step)) => (range, Some(step.parse().ok().filter(|step| (1..=7).contains(step))?)),
            None => (item, None),
        };
        let (from, to) = match range.split_once('-') {
            Some((from, to)) => (weekday(from)?, weekday(to)?),
            None if matches!(range, "*" | "?") => (0, 6),
            None => weekday(range).map(|day| (day, if step.is_some() { day.max(6) } else { day }))?,
        };
        // From Friday to Sunday: the week's last day, not its first.
        let to = if to == 0 && from > 0 { 7 } else { to };
        if from > to {
            return None;
        }
        days.extend((from..=to).step_by(step.unwrap_or(1)).map(|day| day % 7 + 1));
    }
    Some(days.iter().map(usize::to_string).collect::<Vec<_>>().join(","))
}

/// A day of week by its number, 0 to 7, or by its name, of which three letters are enough.
fn weekday(text: &str) -> Option<usize> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return text.parse().ok().filter(|day| *day <= 7);
    }
    let name = text.to_ascii_lowercase();
    WEEKDAYS.iter().position(|day| name.len() >= 3 && day.starts_with(&name))
}

#[cfg(test)]
#[path = "cron_tests.rs"]
mod tests;
