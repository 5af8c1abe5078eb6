//! The table, class by class.

use super::*;
use domain::{Error, ErrorKind};
use providers::{ErrorClass, MailError, ProviderError};

use crate::outcome::{JobError, failure};

const ROUNDS: usize = 2_000;
const FRESH: Attempts = Attempts { spent: 0, most: 5 };

fn outcome(class: FailureClass, asked: Option<Duration>, attempts: Attempts, chance: &Chance) -> Outcome {
    next(class, failure("test", "a test's failure", None), asked, attempts, chance)
}

/// The pauses of many tries, and whether they count: each must be a retry.
fn pauses(class: FailureClass, asked: Option<Duration>, attempts: Attempts) -> (Vec<f64>, bool) {
    let chance = Chance::seeded(7);
    let mut counted = None;
    let pauses = (0..ROUNDS)
        .map(|_| match outcome(class, asked, attempts, &chance) {
            Outcome::Retry { pause, counts, .. } => {
                assert_eq!(*counted.get_or_insert(counts), counts);
                pause.as_secs_f64()
            }
            other => panic!("{class:?}: {other:?}"),
        })
        .collect();
    (pauses, counted.unwrap())
}

/// All within the bounds, spread over most of what lies between, and about evenly.
fn assert_spread(pauses: &[f64], least: f64, most: f64) {
    let (low, high) = (pauses.iter().copied().fold(f64::MAX, f64::min), pauses.iter().copied().fold(0.0, f64::max));
    assert!(low >= least && high <= most, "{low}..{high} is not within {least}..{most}");
    let width = most - least;
    assert!(
        low < least + width * 0.01 && high > most - width * 0.01,
        "{low}..{high} leaves out some of {least}..{most}"
    );
    let mean = pauses.iter().sum::<f64>() / f64::from(u32::try_from(pauses.len()).unwrap());
    assert!((mean - f64::midpoint(least, most)).abs() < width * 0.05, "the mean {mean} is not in the middle");
}

#[test]
fn every_class_has_one_line() {
    for class in [
        FailureClass::Transient,
        FailureClass::RateLimited,
        FailureClass::Busy,
        FailureClass::Permanent,
        FailureClass::Credentials,
    ] {
        assert_eq!(RULES.iter().filter(|rule| rule.class == class).count(), 1, "{class:?}");
    }
    assert_eq!(RULES.len(), 5);
}

#[test]
fn transient_doubles_with_full_jitter_up_to_a_quarter_of_an_hour() {
    for (spent, ceiling) in [(0, 1.0), (1, 2.0), (4, 16.0), (9, 512.0), (10, 900.0), (40, 900.0)] {
        let (pauses, counts) = pauses(FailureClass::Transient, None, Attempts { spent, most: 100 });
        assert!(counts, "it spends an attempt");
        assert_spread(&pauses, 0.0, ceiling);
    }
}

#[test]
fn transient_fails_when_the_attempts_are_spent() {
    let chance = Chance::seeded(7);
    let attempts = |spent| Attempts { spent, most: 3 };
    assert!(matches!(outcome(FailureClass::Transient, None, attempts(1), &chance), Outcome::Retry { .. }));
    for spent in [2, 3, 9] {
        assert!(
            matches!(outcome(FailureClass::Transient, None, attempts(spent), &chance), Outcome::Fail(_)),
            "{spent}"
        );
    }
}

#[test]
fn rate_limited_waits_as_long_as_asked_and_spends_nothing() {
    let used_up = Attempts { spent: 4, most: 5 };
    for (asked, least) in [(Some(Duration::from_secs(90)), 90.0), (None, 15.0)] {
        let (pauses, counts) = pauses(FailureClass::RateLimited, asked, used_up);
        assert!(!counts);
        assert_spread(&pauses, least, least + 2.0);
    }
}

#[test]
fn busy_comes_back_soon_and_spends_nothing() {
    let (pauses, counts) = pauses(FailureClass::Busy, None, Attempts { spent: 4, most: 5 });
    assert!(!counts);
    assert_spread(&pauses, 2.0, 5.0);
}

#[test]
fn permanent_and_credentials_fail_at_once() {
    let chance = Chance::seeded(7);
    for class in [FailureClass::Permanent, FailureClass::Credentials] {
        assert!(matches!(outcome(class, Some(Duration::from_secs(1)), FRESH, &chance), Outcome::Fail(_)), "{class:?}");
    }
}

#[test]
fn every_error_has_its_class() {
    let provider = |class| JobError::from(ProviderError::new(class, "TEST", "a test's"));
    for (class, expected) in [
        (ErrorClass::Transient, FailureClass::Transient),
        (ErrorClass::Unknown, FailureClass::Transient),
        (ErrorClass::RateLimited, FailureClass::RateLimited),
        (ErrorClass::Busy, FailureClass::Busy),
        (ErrorClass::Permanent, FailureClass::Permanent),
        (ErrorClass::Credentials, FailureClass::Credentials),
    ] {
        assert_eq!(provider(class).class(), Some(expected));
    }
    let rule = |kind| JobError::from(Error::new(kind, "test", "a test's")).class();
    assert_eq!(rule(ErrorKind::Fenced), None);
    assert_eq!(rule(ErrorKind::Unavailable), Some(FailureClass::Transient));
    assert_eq!(rule(ErrorKind::Internal), Some(FailureClass::Transient));
    for kind in [ErrorKind::Invalid, ErrorKind::Conflict, ErrorKind::NotFound, ErrorKind::PaymentRequired] {
        assert_eq!(rule(kind), Some(FailureClass::Permanent));
    }
    assert_eq!(JobError::from(MailError::Permanent(String::new())).class(), Some(FailureClass::Permanent));
    assert_eq!(JobError::from(MailError::Transient(String::new())).class(), Some(FailureClass::Transient));
}
