//! How much is measured.

use std::time::Duration;

/// Sizes and rounds of one run.
#[derive(Clone, Copy, Debug)]
pub struct Scale {
    /// Seconds for each measurement of a rate.
    pub seconds: u64,
    /// Rounds of ours and the yardstick in turn.
    pub rounds: usize,
    /// Organisations, and servers of each.
    pub servers: (i64, i64),
    /// How long an idle API is left alone before its memory is read.
    pub idle: Duration,
    /// Jobs of a measurement of latency, one at a time.
    pub probes: u32,
    /// Sizes of `./dev bench money`.
    pub money: MoneyScale,
    /// Sizes of `./dev bench jobs`.
    pub jobs: JobsScale,
}

/// Sizes of the table of money.
#[derive(Clone, Copy, Debug)]
pub struct MoneyScale {
    /// Organisations of the small and of the large installation, each with fifty servers.
    pub orgs: (i64, i64),
    /// Hours of a run, each beside the bare insert.
    pub rounds: usize,
    /// Hours of a year's statement, and servers.
    pub year: (i32, i64),
    /// Organisations that get an invoice of the month.
    pub invoiced: i64,
    /// Messages of the payment provider in each round, and in the open loop.
    pub events: (usize, usize),
}

/// Sizes of the table of jobs beside other queues.
#[derive(Clone, Copy, Debug)]
pub struct JobsScale {
    /// Rounds over all queues in turn.
    pub rounds: usize,
    /// No-op jobs of the throughput measurement.
    pub drained: u32,
    /// Jobs of the one call.
    pub enqueued: usize,
    /// How many jobs are due while the cost of one is measured.
    pub backlog: [i64; 4],
    /// Jobs that the killed worker holds.
    pub held: u32,
    /// What workers are told about their leases; production's where it says nothing.
    pub leases: &'static [(&'static str, &'static str)],
    /// How long work lasts before a rate is taken.
    pub warm_up: Duration,
    /// How long `PostgreSQL` is given to tell of its backends' work; it does so once a second.
    pub statistics_lag: Duration,
    /// How long the second worker stands idle beside the first before that is killed: longer than a beat.
    pub beside: Duration,
}

impl Scale {
    /// The sizes that the bars are meant for.
    #[must_use]
    pub fn whole(seconds: u64, rounds: usize) -> Self {
        Self {
            seconds,
            rounds,
            servers: (1_000, 10),
            idle: Duration::from_secs(3),
            probes: 200,
            money: MoneyScale {
                orgs: (200, 20_000),
                rounds: 3,
                year: (8_760, 500),
                invoiced: 20_000,
                events: (8_000, 3_000),
            },
            jobs: JobsScale {
                rounds: 3,
                drained: 20_000,
                enqueued: 10_000,
                backlog: [1_000, 10_000, 100_000, 1_000_000],
                held: 100,
                leases: &[],
                warm_up: Duration::from_secs(2),
                statistics_lag: Duration::from_millis(1_500),
                beside: Duration::from_secs(12),
            },
        }
    }

    /// Sizes that only show that everything can be measured.
    #[must_use]
    pub fn small() -> Self {
        Self {
            seconds: 1,
            rounds: 1,
            servers: (20, 5),
            idle: Duration::ZERO,
            probes: 5,
            money: MoneyScale { orgs: (2, 6), rounds: 1, year: (50, 5), invoiced: 6, events: (64, 50) },
            jobs: JobsScale {
                rounds: 1,
                drained: 100,
                enqueued: 100,
                backlog: [100, 200, 300, 400],
                held: 5,
                leases: &[("LEASE_MS", "2000"), ("BEAT_MS", "500"), ("SWEEP_MS", "500")],
                warm_up: Duration::from_millis(100),
                statistics_lag: Duration::ZERO,
                beside: Duration::from_secs(1),
            },
        }
    }
}
