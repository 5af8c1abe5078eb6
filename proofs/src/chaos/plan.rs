//! What happens under a seed: the servers' lives, the platform's deeds and the faults, with their moments.

use std::fmt;
use std::time::Duration;

use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};

use super::failpoints::{self, Need};

/// Workers of an installation.
pub const WORKERS: usize = 2;
/// Schedulers of an installation.
pub const SCHEDULERS: usize = 2;
/// A job that took down so many workers waits for a person.
const MAX_CRASHES: usize = 3;

/// A whole schedule. The same seed and list of failpoints make the same plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// What it was made of.
    pub seed: u64,
    /// Where both workers kill themselves, once each.
    pub failpoint: Option<String>,
    /// The servers that are ordered.
    pub lives: Vec<Timed<Life>>,
    /// What else is asked of the platform.
    pub deeds: Vec<Timed<Deed>>,
    /// What goes wrong.
    pub faults: Vec<Timed<Fault>>,
}

/// Something at its moment, counted from the start of the seed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timed<T> {
    /// When.
    pub at: Duration,
    /// What.
    pub what: T,
}

/// One server: how it is ordered, and what becomes of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Life {
    /// How the order is sent.
    pub sending: Sending,
    /// What follows.
    pub course: Course,
}

/// How an order is sent; always under one idempotency key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sending {
    /// Once, and again only where no answer came.
    Once,
    /// The caller hangs up after so long, and sends it again.
    HangUp(Duration),
    /// Twice at the same time.
    Twice,
}

/// What becomes of a server after its order was accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Course {
    /// It runs, is switched, and stays.
    Kept(Vec<&'static str>),
    /// It runs, is switched, and is deleted.
    Deleted(Vec<&'static str>),
    /// It is deleted while it is being made.
    DeletedEarly(Duration),
    /// Two deletions and an action come at the same time.
    DeletedTwice(Duration, &'static str),
    /// An admin cancels the order, and perhaps retries it.
    Cancelled(Duration, bool),
}

/// What is asked of the platform.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// So many hours pass for the business.
    Hours(u32),
    /// The cloud's token is entered again.
    Validate,
    /// The cloud's catalog is read again.
    Sync,
    /// What is past its time is removed.
    Tidy,
    /// The provider's machines are compared with ours.
    Reconcile,
    /// A machine appears at the cloud with our tag, and nobody ordered it.
    Stray,
    /// An admin discards cancelled jobs, in bulk.
    Bulk,
    /// `skypanel doctor` sends a job through the queue.
    Probe,
}

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// SIGKILL of the worker that holds a job at that moment; of this one where none does.
    KillWorker(usize),
    /// SIGKILL of the API.
    KillApi,
    /// SIGKILL of a scheduler.
    KillScheduler(usize),
    /// SIGSTOP of the worker that holds a job at that moment, or of this one, for three leases; then SIGCONT.
    StopWorker(usize),
    /// SIGTERM and a new start, one worker after the other.
    RollingRestart,
    /// Redis forgets everything.
    FlushRedis,
    /// Redis is killed and started, empty.
    RestartRedis,
    /// Redis answers nobody for so long.
    PauseRedis(Duration),
    /// Redis is away for so long; with real times for five minutes.
    RedisOff(Duration),
    /// `pg_ctl stop -m immediate`, and a new start after so long.
    CrashPostgres(Duration),
    /// The way to the cloud is slow by the first, for the second.
    Delay(Duration, Duration),
    /// The way to the cloud is cut after requests, for so long.
    Cut(Duration),
    /// The way to the cloud is half open, for so long.
    HalfOpen(Duration),
    /// The cloud answers 429 to so many requests.
    RateLimited(u32),
    /// The cloud answers 5xx, before or after the effect.
    ServerError(bool),
    /// The cloud does what it is asked, and its answer is lost.
    LostAnswer,
    /// A new machine is missing from the cloud's lists for so long.
    ListLag(Duration),
    /// A new machine does not start by itself.
    BootFails,
    /// The mail server refuses for now.
    MailRefused,
}

impl Fault {
    /// How many kinds of fault there are.
    pub const KINDS: usize = 19;

    /// The name of its kind, for figures.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::KillWorker(_) => "SIGKILL of a worker",
            Self::KillApi => "SIGKILL of the API",
            Self::KillScheduler(_) => "SIGKILL of a scheduler",
            Self::StopWorker(_) => "SIGSTOP of a worker past its lease",
            Self::RollingRestart => "rolling restart",
            Self::FlushRedis => "Redis FLUSHALL",
            Self::RestartRedis => "Redis killed and restarted empty",
            Self::PauseRedis(_) => "Redis CLIENT PAUSE",
            Self::RedisOff(_) => "Redis away",
            Self::CrashPostgres(_) => "PostgreSQL immediate stop",
            Self::Delay(..) => "way to the cloud slow",
            Self::Cut(_) => "way to the cloud cut after a request",
            Self::HalfOpen(_) => "way to the cloud half open",
            Self::RateLimited(_) => "cloud answers 429",
            Self::ServerError(false) => "cloud answers 5xx",
            Self::ServerError(true) => "cloud answers 5xx after the effect",
            Self::LostAnswer => "cloud's answer lost",
            Self::ListLag(_) => "cloud's list lags",
            Self::BootFails => "machine does not start",
            Self::MailRefused => "mail refused for now",
        }
    }

    /// How many crashes of one job it can count for.
    fn crashes(&self) -> usize {
        usize::from(matches!(self, Self::KillWorker(_) | Self::StopWorker(_) | Self::CrashPostgres(_)))
    }
}

impl Plan {
    /// The plan of a seed and of the failpoint at which workers kill themselves.
    #[must_use]
    pub fn of(seed: u64, failpoint: Option<String>) -> Self {
        let mut chance = StdRng::seed_from_u64(seed);
        let need = failpoint.as_deref().map(failpoints::need);
        let (lives, deeds) = (lives(&mut chance, need), deeds(&mut chance, need));
        let count = chance.random_range(2..=5);
        let mut faults: Vec<_> = (0..count).map(|_| timed(&mut chance, 4_000, fault)).collect();
        if need == Some(Need::BootFails) {
            faults.extend(lives.iter().map(|_| Timed { at: Duration::ZERO, what: Fault::BootFails }));
        }
        faults.sort_by_key(|fault| fault.at);
        Self { seed, failpoint, lives, deeds, faults }
    }

    /// Whether one job may have taken down so many workers that it rightly waits for a person.
    #[must_use]
    pub fn may_stick(&self) -> bool {
        let armed = if self.failpoint.is_some() { WORKERS } else { 0 };
        armed + self.faults.iter().map(|fault| fault.what.crashes()).sum::<usize>() >= MAX_CRASHES
    }
}

fn timed<T>(chance: &mut StdRng, until_ms: u64, make: impl Fn(&mut StdRng) -> T) -> Timed<T> {
    Timed { at: ms(chance, 0, until_ms), what: make(chance) }
}

fn ms(chance: &mut StdRng, from: u64, to: u64) -> Duration {
    Duration::from_millis(chance.random_range(from..=to))
}

fn lives(chance: &mut StdRng, need: Option<Need>) -> Vec<Timed<Life>> {
    let count = chance.random_range(2..=4);
    let mut lives: Vec<_> = (0..count)
        .map(|_| Timed { at: ms(chance, 200, 3_000), what: Life { sending: sending(chance), course: course(chance) } })
        .collect();
    match need {
        Some(Need::Power) => lives[0].what.course = Course::Kept(vec!["reboot", "shutdown"]),
        Some(Need::BootFails) => lives[0].what.course = Course::Kept(Vec::new()),
        Some(Need::Delete) => lives[0].what.course = Course::Deleted(Vec::new()),
        Some(Need::TakeBack | Need::Bulk) => {
            for life in &mut lives {
                // Late enough that the cloud was asked, and before the machine runs.
                life.what.course = Course::Cancelled(ms(chance, 300, 900), false);
            }
        }
        _ => {}
    }
    lives
}

fn sending(chance: &mut StdRng) -> Sending {
    match chance.random_range(0..4) {
        0 => Sending::HangUp(ms(chance, 0, 40)),
        1 => Sending::Twice,
        _ => Sending::Once,
    }
}

fn course(chance: &mut StdRng) -> Course {
    let powers = |chance: &mut StdRng| {
        let all: [&[&str]; 4] = [&[], &["reboot"], &["shutdown"], &["shutdown", "boot"]];
        all[chance.random_range(0..all.len())].to_vec()
    };
    match chance.random_range(0..8) {
        0..3 => Course::Kept(powers(chance)),
        3..5 => Course::Deleted(powers(chance)),
        5 => Course::DeletedEarly(ms(chance, 0, 1_200)),
        6 => Course::DeletedTwice(ms(chance, 0, 2_500), ["boot", "shutdown", "reboot"][chance.random_range(0..3)]),
        _ => Course::Cancelled(ms(chance, 0, 1_200), chance.random_bool(0.5)),
    }
}

fn deeds(chance: &mut StdRng, need: Option<Need>) -> Vec<Timed<Deed>> {
    let mut deeds = Vec::new();
    if chance.random_bool(0.6) {
        deeds.push(timed(chance, 4_000, |chance| Deed::Hours(chance.random_range(1..=3))));
    }
    if chance.random_bool(0.3) {
        let one = [Deed::Sync, Deed::Validate, Deed::Reconcile][chance.random_range(0..3)];
        deeds.push(timed(chance, 2_000, move |_| one));
    }
    let needed = match need {
        Some(Need::Hours) => Some(Deed::Hours(1)),
        Some(Need::Validate) => Some(Deed::Validate),
        Some(Need::Sync) => Some(Deed::Sync),
        Some(Need::Tidy) => Some(Deed::Tidy),
        Some(Need::Reconcile) => Some(Deed::Reconcile),
        Some(Need::Stray) => Some(Deed::Stray),
        Some(Need::Bulk) => Some(Deed::Bulk),
        Some(Need::Probe) => Some(Deed::Probe),
        _ => None,
    };
    deeds.extend(needed.map(|deed| timed(chance, 1_000, move |_| deed)));
    match need {
        Some(Need::Stray) => deeds.push(Timed { at: ms(chance, 1_500, 3_000), what: Deed::Reconcile }),
        // Something must be there to discard.
        Some(Need::Bulk) => deeds.push(Timed { at: ms(chance, 5_000, 7_000), what: Deed::Bulk }),
        _ => {}
    }
    deeds
}

fn fault(chance: &mut StdRng) -> Fault {
    match chance.random_range(0..Fault::KINDS) {
        0 => Fault::KillWorker(chance.random_range(0..WORKERS)),
        1 => Fault::KillApi,
        2 => Fault::KillScheduler(chance.random_range(0..SCHEDULERS)),
        3 => Fault::StopWorker(chance.random_range(0..WORKERS)),
        4 => Fault::RollingRestart,
        5 => Fault::FlushRedis,
        6 => Fault::RestartRedis,
        7 => Fault::PauseRedis(ms(chance, 500, 3_000)),
        8 => Fault::RedisOff(ms(chance, 500, 3_000)),
        9 => Fault::CrashPostgres(ms(chance, 0, 800)),
        10 => Fault::Delay(ms(chance, 50, 400), ms(chance, 500, 2_500)),
        11 => Fault::Cut(ms(chance, 100, 1_000)),
        12 => Fault::HalfOpen(ms(chance, 500, 2_500)),
        13 => Fault::RateLimited(chance.random_range(1..=2)),
        14 => Fault::ServerError(chance.random_bool(0.5)),
        15 => Fault::LostAnswer,
        16 => Fault::ListLag(ms(chance, 500, 2_000)),
        17 => Fault::BootFails,
        _ => Fault::MailRefused,
    }
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "seed {}", self.seed)?;
        if let Some(failpoint) = &self.failpoint {
            writeln!(f, "  both workers are armed: each kills itself once at {failpoint}")?;
        }
        for (number, life) in self.lives.iter().enumerate() {
            writeln!(f, "  {:>5} ms  server {number}: {}", life.at.as_millis(), life.what)?;
        }
        for deed in &self.deeds {
            writeln!(f, "  {:>5} ms  {:?}", deed.at.as_millis(), deed.what)?;
        }
        for fault in &self.faults {
            writeln!(f, "  {:>5} ms  fault: {} ({:?})", fault.at.as_millis(), fault.what.kind(), fault.what)?;
        }
        Ok(())
    }
}

impl fmt::Display for Life {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.sending {
            Sending::Once => write!(f, "ordered")?,
            Sending::HangUp(after) => write!(f, "ordered, hung up after {after:?}, ordered again")?,
            Sending::Twice => write!(f, "ordered twice at once")?,
        }
        match &self.course {
            Course::Kept(powers) => write!(f, "; runs; {powers:?}; stays"),
            Course::Deleted(powers) => write!(f, "; runs; {powers:?}; deleted"),
            Course::DeletedEarly(after) => write!(f, "; deleted after {after:?}, run or not"),
            Course::DeletedTwice(after, action) => write!(f, "; after {after:?} deleted twice and {action} at once"),
            Course::Cancelled(after, retried) => {
                write!(f, "; cancelled by an admin after {after:?}{}", if *retried { ", then retried" } else { "" })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn points() -> [String; 3] {
        ["vps.power.switch.after_call", "vps.provision.take_back.before_intent", "billing.charge.charge.after_commit"]
            .map(ToOwned::to_owned)
    }

    #[test]
    fn a_seed_is_a_plan() {
        for seed in 0..200 {
            for point in points() {
                assert_eq!(Plan::of(seed, Some(point.clone())), Plan::of(seed, Some(point)));
            }
        }
        assert_ne!(Plan::of(1, None), Plan::of(2, None));
    }

    #[test]
    fn a_plan_brings_what_its_failpoint_needs() {
        for seed in 0..300 {
            let [power, take_back, charge] = points().map(|point| Plan::of(seed, Some(point)));
            let any = |plan: &Plan, fits: fn(&Course) -> bool| plan.lives.iter().any(|life| fits(&life.what.course));
            assert!(any(&power, |course| matches!(course, Course::Kept(powers) if !powers.is_empty())));
            assert!(any(&take_back, |course| matches!(course, Course::Cancelled(..))));
            assert!(charge.deeds.iter().any(|deed| matches!(deed.what, Deed::Hours(_))));
        }
    }

    #[test]
    fn three_hundred_seeds_know_every_fault() {
        let kinds: BTreeSet<_> =
            (1..=300).flat_map(|seed| Plan::of(seed, None).faults).map(|fault| fault.what.kind()).collect();
        assert_eq!(kinds.len(), Fault::KINDS + 1, "server errors come before and after the effect: {kinds:?}");
    }
}
