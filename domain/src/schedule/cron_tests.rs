use chrono::{Datelike as _, Timelike as _};
use proptest::prelude::*;

use super::*;
use crate::schedule::TIMETABLE;

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// Sunday 22 November 2026, in the afternoon.
const NOW: &str = "2026-11-22T15:30:00Z";

/// The next ticks of an expression as `Sun 2026-11-29`.
fn days(text: &str, count: usize) -> Vec<String> {
    let ticks = Cron::parse(text, at(NOW)).unwrap().next_few(at(NOW), count);
    ticks.iter().map(|tick| tick.format("%a %m-%d").to_string()).collect()
}

#[test]
fn the_timetable_can_be_read() {
    for entry in TIMETABLE {
        assert!(Cron::parse(entry.cron, at(NOW)).is_ok(), "{}", entry.name);
    }
}

#[test]
fn days_of_week_are_those_of_crontab() {
    assert_eq!(days("0 3 * * 1", 2), ["Mon 11-23", "Mon 11-30"]);
    for sunday in ["0", "7", "SUN", "sunday", "Sun"] {
        assert_eq!(days(&format!("0 3 * * {sunday}"), 2), ["Sun 11-29", "Sun 12-06"], "{sunday}");
    }
    assert_eq!(days("0 3 * * 6", 1), ["Sat 11-28"]);
    assert_eq!(days("0 3 * * 1-5", 6).last().unwrap(), "Mon 11-30", "Monday to Friday");
    assert_eq!(days("0 3 * * 5-7", 4), ["Fri 11-27", "Sat 11-28", "Sun 11-29", "Fri 12-04"]);
    assert_eq!(days("0 3 * * Fri-Sun", 4), ["Fri 11-27", "Sat 11-28", "Sun 11-29", "Fri 12-04"]);
    assert_eq!(days("0 3 * * Mon,3", 2), ["Mon 11-23", "Wed 11-25"]);
    assert_eq!(days("0 3 * * */2", 4), ["Tue 11-24", "Thu 11-26", "Sat 11-28", "Sun 11-29"]);
    assert_eq!(days("30 0 3 * * 1", 1), ["Mon 11-23"], "with seconds in front too");
}

#[test]
fn a_day_of_month_or_a_day_of_week_is_enough_where_both_are_given() {
    assert_eq!(days("0 3 24,25 * 1", 4), ["Mon 11-23", "Tue 11-24", "Wed 11-25", "Mon 11-30"]);
    assert_eq!(days("0 3 25 * *", 2), ["Wed 11-25", "Fri 12-25"]);
    assert_eq!(days("0 3 23-30 * */2", 3), ["Tue 11-24", "Thu 11-26", "Sat 11-28"], "an asterisk is no day");
    assert_eq!(days("0 3 31 2 1", 1), ["Mon 02-01"], "a day that does not exist leaves the other");
}

#[test]
fn what_is_no_day_of_week_is_refused() {
    for bad in ["8", "1-8", "-1", "1-", "Mo", "Mond4y", "5-2", "Sat-Mon", "1/0", "1/8", "1,", "", "*-5", "L", "5#3"] {
        let error = Cron::parse(&format!("0 3 * * {bad}"), at(NOW)).unwrap_err();
        assert_eq!(error.fields.first().map(|field| field.pointer.as_str()), Some("/cron"), "{bad:?}");
    }
}

#[test]
fn missed_hours_are_caught_up_and_old_ones_left_out() {
    let hourly = Cron::parse("0 * * * *", at(NOW)).unwrap();
    let day = Duration::from_hours(24);
    let ticks = hourly.due(at(NOW), at("2026-11-22T18:10:00Z"), day, 100);
    assert_eq!(ticks, [at("2026-11-22T16:00:00Z"), at("2026-11-22T17:00:00Z"), at("2026-11-22T18:00:00Z")]);
    assert!(hourly.due(at("2026-11-22T18:00:00Z"), at("2026-11-22T18:59:59Z"), day, 100).is_empty());
    assert_eq!(hourly.due(at("2026-11-01T00:00:00Z"), at("2026-11-22T18:00:00Z"), day, 100).len(), 24);
}

#[test]
fn without_a_window_the_backlog_alone_is_left_out() {
    let hourly = Cron::parse("0 * * * *", at(NOW)).unwrap();
    let now = at("2026-11-22T18:10:00Z");
    let none = Duration::ZERO;
    assert_eq!(hourly.due(at("2026-11-01T00:00:00Z"), now, none, 100), [at("2026-11-22T18:00:00Z")]);
    assert!(hourly.due(at("2026-11-22T18:00:00Z"), now, none, 100).is_empty(), "once");
    let sharp = at("2026-11-22T19:00:00Z");
    assert_eq!(hourly.due(at("2026-11-22T18:00:00Z"), sharp, none, 100), [sharp], "on the second");
}

#[test]
fn expressions_that_never_fire_are_refused() {
    let now = at(NOW);
    for bad in ["", "* * *", "0 0 31 2 *", "0 0 30 2 *", "61 * * * *", "x * * * *", "0 0 0 0 0 0 0", "* * * * * * 2020"]
    {
        let error = Cron::parse(bad, now).unwrap_err();
        assert_eq!(error.fields.first().map(|field| field.pointer.as_str()), Some("/cron"), "{bad:?}");
    }
    assert!(Cron::parse("0 0 29 2 *", now).is_ok(), "leap days come");
    assert_eq!(Cron::parse("30 0 * * * *", now).unwrap().next(now), Some(at("2026-11-22T16:00:30Z")));
}

proptest! {
    /// Against crontab's rule, written down a second time and tried on every hour of six weeks.
    #[test]
    fn ticks_are_those_of_crontabs_rule(
        hour in 0_u32..24,
        day in proptest::option::of(1_u32..=31),
        weekday in proptest::option::of(0_u32..=7),
    ) {
        let word = |part: Option<u32>| part.map_or("*".to_owned(), |part| part.to_string());
        let cron = Cron::parse(&format!("0 {hour} {} * {}", word(day), word(weekday)), at(NOW)).unwrap();
        let hits = |tick: &DateTime<Utc>| {
            let by_day = day.is_some_and(|day| tick.day() == day);
            let by_weekday = weekday.is_some_and(|weekday| tick.weekday().num_days_from_sunday() == weekday % 7);
            tick.hour() == hour && (by_day || by_weekday || (day.is_none() && weekday.is_none()))
        };
        let hours = (1..=24 * 42).map(|hours| at("2026-11-22T15:00:00Z") + TimeDelta::hours(hours));
        let expected: Vec<_> = hours.filter(hits).collect();
        let until = at("2026-11-22T15:00:00Z") + TimeDelta::days(42);
        let found: Vec<_> = cron.next_few(at(NOW), 100).into_iter().filter(|tick| *tick <= until).collect();
        prop_assert_eq!(found, expected);
    }
}
