//! What operators type: jobs, queues, workers, schedules and clouds.

use chrono::{DateTime, TimeDelta, Utc};
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Subcommand};
use domain::queue::Span;
use domain::work::JobFilter;
use domain::{ApiKeyId, CloudId, JobId, JobState, OrgId, Queue};

pub use super::clouds::Clouds;
pub use super::people::{Orgs, Users};

/// How the answer is written.
#[derive(Clone, Copy, Debug, Args)]
pub struct Output {
    /// Write JSON, in the API's format.
    #[arg(long, global = true)]
    pub json: bool,
}

/// Which part of a list.
#[derive(Clone, Debug, Default, Args)]
pub struct Rows {
    /// Rows to show, 1 to 100; 20 unless given.
    #[arg(long)]
    pub limit: Option<u16>,
    /// Where the previous page ended, as it printed.
    #[arg(long)]
    pub cursor: Option<String>,
}

/// Which jobs: those that match every option given.
#[derive(Clone, Debug, Args)]
pub struct Filter {
    /// Only jobs in this state.
    #[arg(long, value_parser = states())]
    pub state: Option<JobState>,
    /// Only jobs of this kind, such as vps.provision.
    #[arg(long)]
    pub kind: Option<String>,
    /// Only jobs in this queue.
    #[arg(long, value_parser = queues())]
    pub queue: Option<Queue>,
    /// Only jobs of this organisation.
    #[arg(long)]
    pub org: Option<OrgId>,
    /// Only jobs that use this cloud.
    #[arg(long)]
    pub cloud: Option<CloudId>,
    /// Only jobs whose last error has this code.
    #[arg(long)]
    pub error: Option<String>,
    /// Only jobs with this id, or with this text in an error or a name.
    #[arg(long)]
    pub q: Option<String>,
    /// Only jobs that need attention: failed or stuck, and neither retried nor discarded.
    #[arg(long)]
    pub attention: bool,
    /// Only jobs created since then: an instant such as 2026-01-31T12:00:00Z, or so long ago, such as 90m, 24h or 7d.
    #[arg(long, value_parser = instant)]
    pub since: Option<DateTime<Utc>>,
    /// Only jobs created before then.
    #[arg(long, value_parser = instant)]
    pub until: Option<DateTime<Utc>>,
}

impl From<Filter> for JobFilter {
    fn from(filter: Filter) -> Self {
        let Filter { state, kind, queue, org, cloud, error, q, attention, since, until } = filter;
        Self { state, kind, queue, org, cloud, error, q, attention, since, until, ids: Vec::new() }
    }
}

/// One job by its id, or with `--all` many by a filter.
#[derive(Debug, Args)]
pub struct Which {
    /// The job's id.
    #[arg(required_unless_present = "all", conflicts_with_all = ["all", "Filter"])]
    pub id: Option<JobId>,
    /// Every job that matches the filter; they are counted first.
    #[arg(long)]
    pub all: bool,
    /// Which ones.
    #[command(flatten)]
    pub filter: Filter,
    /// Why, for the record; required with --all.
    #[arg(long, required_if_eq("all", "true"))]
    pub reason: Option<String>,
    /// With --all: only count them and show a few.
    #[arg(long, conflicts_with = "id")]
    pub dry_run: bool,
    /// With --all: do not ask for confirmation.
    #[arg(long, conflicts_with = "id")]
    pub yes: bool,
}

/// API keys.
#[derive(Debug, Subcommand)]
pub enum Keys {
    /// List keys, the newest first.
    List {
        /// Only keys of this organisation.
        #[arg(long)]
        org: Option<OrgId>,
        /// Only keys of the user with this e-mail address.
        #[arg(long)]
        user: Option<String>,
    },
    /// Revoke a key: it is refused within five seconds.
    Revoke {
        /// The key's id.
        id: ApiKeyId,
    },
}

/// Jobs.
#[derive(Debug, Subcommand)]
pub enum Jobs {
    /// List jobs, the newest first.
    List {
        /// Which ones.
        #[command(flatten)]
        filter: Filter,
        /// How many of them.
        #[command(flatten)]
        rows: Rows,
    },
    /// Show a job with its timeline, its calls and its errors.
    Show {
        /// The job's id.
        id: JobId,
    },
    /// Retry a job, or all that match.
    Retry {
        /// Which.
        #[command(flatten)]
        which: Which,
        /// Resume from this step: one that the job has begun.
        #[arg(long, conflicts_with = "all")]
        from_step: Option<i16>,
    },
    /// Cancel a job, or all that match; a job that has begun undoes what it did.
    Cancel {
        /// Which.
        #[command(flatten)]
        which: Which,
    },
    /// Discard a failed job, or all that match: it no longer needs attention.
    Discard {
        /// Which.
        #[command(flatten)]
        which: Which,
    },
    /// Pause a queue: start no more of its jobs.
    Pause {
        /// The queue.
        #[arg(value_parser = queues())]
        queue: Queue,
        /// Why, for the record.
        #[arg(long)]
        reason: String,
    },
    /// Resume a paused queue.
    Resume {
        /// The queue.
        #[arg(value_parser = queues())]
        queue: Queue,
        /// Why, for the record.
        #[arg(long)]
        reason: Option<String>,
    },
    /// Count jobs by state, and those that need attention.
    Counts {
        /// Which ones.
        #[command(flatten)]
        filter: Filter,
    },
    /// Show throughput, waits, run times and failures.
    Stats {
        /// How far back, unless --since says it.
        #[arg(long, default_value = "1h", value_parser = spans())]
        window: Span,
        /// Of which ones; --state and --attention change nothing.
        #[command(flatten)]
        filter: Filter,
    },
}

/// Queues.
#[derive(Clone, Debug, Subcommand)]
pub enum Queues {
    /// List queues.
    List,
    /// Change a queue's limits; options that are left out stay as they are.
    Tune {
        /// The queue.
        #[arg(value_parser = queues())]
        queue: Queue,
        /// The most unanswered rings, 1 to 2000.
        #[arg(long)]
        window: Option<i32>,
        /// The most jobs of one organisation at a time, 1 to 10,000.
        #[arg(long)]
        org_running: Option<i32>,
        /// The most jobs of one cloud at a time, 1 to 10,000.
        #[arg(long)]
        cloud_running: Option<i32>,
        /// Why, for the record.
        #[arg(long)]
        reason: String,
    },
}

/// What a command is for, and why.
#[derive(Clone, Debug, Args)]
pub struct Told {
    /// Its id or name, as the list shows it.
    pub id: String,
    /// Why, for the record.
    #[arg(long)]
    pub reason: String,
}

/// Worker processes.
#[derive(Clone, Debug, Subcommand)]
pub enum Workers {
    /// List worker processes.
    List,
    /// Let a worker take no new jobs.
    Quiet(Told),
    /// Let a quiet worker take jobs again.
    Wake(Told),
    /// Let a worker finish its jobs and exit.
    Stop(Told),
}

/// Schedules.
#[derive(Debug, Subcommand)]
pub enum Schedules {
    /// List schedules.
    List,
    /// Run a schedule's job now.
    Run(Told),
    /// Pause a schedule.
    Pause(Told),
    /// Resume a schedule; it catches up missed ticks within its window.
    Resume(Told),
    /// Change when a schedule ticks.
    SetCron {
        /// The schedule.
        id: String,
        /// Minute, hour, day of month, month, day of week, as in crontab, in UTC; a sixth part in front is seconds.
        ///
        /// 0 and 7 are Sunday, 1 is Monday, and names work too. Where day of month and day of week are both given,
        /// either is enough. What was missed by the old expression is not caught up.
        #[arg(verbatim_doc_comment)]
        cron: String,
        /// Why, for the record.
        #[arg(long)]
        reason: String,
    },
    /// List the ticks of a schedule, the newest first.
    History {
        /// The schedule.
        id: String,
        /// How many of them.
        #[command(flatten)]
        rows: Rows,
    },
}

/// Runs that charge hours.
#[derive(Debug, Subcommand)]
pub enum Ticks {
    /// Charge all hours that had begun by an instant; what was charged before is not charged again.
    Run {
        /// The instant, such as 2026-12-01T00:00:00Z; now when left out, and never in the future.
        #[arg(long)]
        at: Option<DateTime<Utc>>,
        /// Seconds to wait for the end of the run.
        #[arg(long, default_value_t = 600)]
        wait_s: u64,
    },
    /// List the runs that charged hours, the newest first.
    List(Rows),
}

fn states() -> impl TypedValueParser<Value = JobState> {
    PossibleValuesParser::new(JobState::ALL.iter().map(|state| state.as_str())).try_map(|word| word.parse::<JobState>())
}

fn queues() -> impl TypedValueParser<Value = Queue> {
    PossibleValuesParser::new(Queue::ALL.iter().map(|queue| queue.as_str())).try_map(|word| word.parse::<Queue>())
}

/// An instant, or so long ago.
fn instant(text: &str) -> Result<DateTime<Utc>, String> {
    if let Ok(at) = DateTime::parse_from_rfc3339(text) {
        return Ok(at.to_utc());
    }
    let ago = text.split_at_checked(text.len().saturating_sub(1)).and_then(|(number, unit)| {
        let number: i64 = number.parse().ok().filter(|number| (1..=100_000).contains(number))?;
        match unit {
            "m" => TimeDelta::try_minutes(number),
            "h" => TimeDelta::try_hours(number),
            "d" => TimeDelta::try_days(number),
            _ => None,
        }
    });
    let words = "write an instant such as 2026-01-31T12:00:00Z, or 90m, 24h or 7d for so long ago";
    ago.map(|ago| domain::clock::system_now() - ago).ok_or_else(|| words.to_owned())
}

fn spans() -> impl TypedValueParser<Value = Span> {
    PossibleValuesParser::new(["1h", "24h", "7d"]).map(|word| match word.as_str() {
        "7d" => Span::Week,
        "24h" => Span::Day,
        _ => Span::Hour,
    })
}
