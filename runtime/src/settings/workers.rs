//! The pools that run jobs, and their times.

use std::time::Duration;

use super::reader::Reader;
use super::{SettingsErrors, Source};

/// The most jobs of one queue that one process may run at the same time: beyond it, start another process.
const MAX_PER_QUEUE: usize = 200;

/// The pools that run jobs, and their times.
#[derive(Clone, Debug)]
pub struct Workers {
    /// Queues to serve, and how many jobs of each at the same time.
    pub queues: Vec<(String, usize)>,
    /// How long a worker holds a job without a beat; at least two beats.
    pub lease: Duration,
    /// How often a running job renews its lease.
    pub beat: Duration,
    /// A job that no worker took is rung again after this.
    pub rering: Duration,
    /// How often lapsed leases are looked for.
    pub sweep: Duration,
    /// The first pause between two checks of something that a provider is working on.
    pub poll_first: Duration,
    /// The longest pause between two such checks.
    pub poll_max: Duration,
    /// Between two listings of a cloud's machines, while jobs wait for one of them.
    pub watch: Duration,
    /// A job that waits for a machine checks it itself after this, if no listing showed it.
    pub unwatched: Duration,
    /// How long a stopping process lets its jobs finish.
    pub drain: Duration,
    /// A machine whose server was deleted or never created is deleted after this.
    pub orphan_leftover: Duration,
    /// A machine with our tag that never belonged to a server is deleted after this.
    pub orphan_unknown: Duration,
    /// A server that its cloud no longer lists counts as lost after this.
    pub missing: Duration,
    /// Days until succeeded jobs move to the archive.
    pub keep_succeeded_days: i32,
    /// Days until failed and cancelled jobs move to the archive.
    pub keep_failed_days: i32,
    /// Months that archived jobs are kept.
    pub keep_archive_months: i32,
}

impl Workers {
    /// Reads `WORKER_QUEUES`, `LEASE_MS`, `BEAT_MS`, `RERING_MS`, `SWEEP_MS`, `POLL_FIRST_MS`, `POLL_MAX_MS`,
    /// `WATCH_MS`, `UNWATCHED_MS`, `DRAIN_MS`, `ORPHAN_LEFTOVER_MS`, `ORPHAN_UNKNOWN_MS`, `MISSING_MS` and
    /// `KEEP_{SUCCEEDED_DAYS,FAILED_DAYS,ARCHIVE_MONTHS}`.
    ///
    /// # Errors
    /// Each variable that is wrong, and those that do not fit together.
    pub fn load(source: &Source) -> Result<Self, SettingsErrors> {
        let mut reader = Reader::new(source);
        let queues = reader.text("WORKER_QUEUES").and_then(|text| match parse_queues(&text) {
            Ok(queues) => Some(queues),
            Err(error) => {
                reader.refuse("WORKER_QUEUES", error.to_string());
                None
            }
        });
        let mut millis = |name| reader.millis(name, 10..=3_600_000);
        let (lease, beat) = (millis("LEASE_MS"), millis("BEAT_MS"));
        let (rering, sweep) = (millis("RERING_MS"), millis("SWEEP_MS"));
        let (poll_first, poll_max, drain) = (millis("POLL_FIRST_MS"), millis("POLL_MAX_MS"), millis("DRAIN_MS"));
        let (watch, unwatched) = (millis("WATCH_MS"), millis("UNWATCHED_MS"));
        let mut patience = |name| reader.millis(name, 0..=7 * 86_400_000);
        let (leftover, unknown) = (patience("ORPHAN_LEFTOVER_MS"), patience("ORPHAN_UNKNOWN_MS"));
        let missing = patience("MISSING_MS");
        let mut days = |name| reader.number(name, 0..=3_650).and_then(|days| i32::try_from(days).ok());
        let (succeeded, failed) = (days("KEEP_SUCCEEDED_DAYS"), days("KEEP_FAILED_DAYS"));
        // The database itself refuses to drop what is younger (`archive_drop`).
        let months = reader.number("KEEP_ARCHIVE_MONTHS", 3..=1_200).and_then(|months| i32::try_from(months).ok());
        if lease.zip(beat).is_some_and(|(lease, beat)| lease < 2 * beat) {
            reader.refuse("LEASE_MS", "must be at least twice BEAT_MS, or one late beat loses the job");
        }
        if poll_first.zip(poll_max).is_some_and(|(first, max)| first > max) {
            reader.refuse("POLL_FIRST_MS", "must not be more than POLL_MAX_MS");
        }
        let workers = || {
            Some(Self {
                queues: queues?,
                lease: lease?,
                beat: beat?,
                rering: rering?,
                sweep: sweep?,
                poll_first: poll_first?,
                poll_max: poll_max?,
                watch: watch?,
                unwatched: unwatched?,
                drain: drain?,
                orphan_leftover: leftover?,
                orphan_unknown: unknown?,
                missing: missing?,
                keep_succeeded_days: succeeded?,
                keep_failed_days: failed?,
                keep_archive_months: months?,
            })
        };
        let workers = workers();
        reader.finish(workers)
    }
}

/// Why a list of queues cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QueuesError {
    /// The list is empty.
    #[error("name at least one queue, such as provision=8,mail=2")]
    Empty,
    /// Not `name=number`.
    #[error("{0:?} is not a queue and a number from 1 to {MAX_PER_QUEUE}, such as provision=8")]
    Item(String),
    /// A queue is named twice.
    #[error("{0} is named twice")]
    Twice(String),
}

/// Reads `provision=8,power=8`: queues and how many jobs of each may run at the same time. Whether such a
/// queue exists is not known here.
///
/// # Errors
/// When an item is not a name and a number from 1 to 200, a queue is named twice, or none is.
pub fn parse_queues(text: &str) -> Result<Vec<(String, usize)>, QueuesError> {
    let mut queues: Vec<(String, usize)> = Vec::new();
    for item in text.split(',').map(str::trim).filter(|item| !item.is_empty()) {
        let (name, number) = parse_queue(item).ok_or_else(|| QueuesError::Item(item.to_owned()))?;
        if queues.iter().any(|(known, _)| known == name) {
            return Err(QueuesError::Twice(name.to_owned()));
        }
        queues.push((name.to_owned(), number));
    }
    if queues.is_empty() { Err(QueuesError::Empty) } else { Ok(queues) }
}

fn parse_queue(item: &str) -> Option<(&str, usize)> {
    let (name, number) = item.split_once('=')?;
    let (name, number) = (name.trim(), number.trim().parse().ok()?);
    let named = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    (named && (1..=MAX_PER_QUEUE).contains(&number)).then_some((name, number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queues_are_read() {
        let queues = |text| parse_queues(text).map_err(|error| error.to_string());
        assert_eq!(queues("provision=8, power=1,"), Ok(vec![("provision".into(), 8), ("power".into(), 1)]));
        assert_eq!(parse_queues(" , "), Err(QueuesError::Empty));
        assert_eq!(parse_queues("mail=1,mail=2"), Err(QueuesError::Twice("mail".into())));
        for bad in ["mail", "mail=0", "mail=201", "mail=-1", "mail=2=3", "=2", "Mail=2", "a b=2", "mail:2"] {
            assert_eq!(parse_queues(bad), Err(QueuesError::Item(bad.into())));
        }
        assert!(parse_queues("mail=200").is_ok());
    }
}
