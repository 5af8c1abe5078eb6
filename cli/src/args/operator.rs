//! What operators type: jobs, queues, workers, schedules and clouds.

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Subcommand};
use domain::queue::Span;
use domain::work::JobFilter;
use domain::{CloudId, JobId, JobState, OrgId, Queue};

/// How an answer is written.
#[derive(Clone, Copy, Debug, Args)]
pub struct Output {
    /// Write JSON, in the shapes of the API.
    #[arg(long, global = true)]
    pub json: bool,
}

/// Which rows of a list.
#[derive(Debug, Args)]
pub struct Rows {
    /// How many, 1 to 100; 20 when left out.
    #[arg(long)]
    pub limit: Option<u16>,
    /// Where the list before ended, as it said.
    #[arg(long)]
    pub cursor: Option<String>,
}

/// Which jobs are meant: those that fit everything that is said.
#[derive(Clone, Debug, Args)]
pub struct Filter {
    /// In this state.
    #[arg(long, value_parser = states())]
    pub state: Option<JobState>,
    /// Of this kind, such as vps.provision.
    #[arg(long)]
    pub kind: Option<String>,
    /// In this queue.
    #[arg(long, value_parser = queues())]
    pub queue: Option<Queue>,
    /// Of this organisation.
    #[arg(long)]
    pub org: Option<OrgId>,
    /// That speak to this cloud.
    #[arg(long)]
    pub cloud: Option<CloudId>,
    /// Whose last failure is of this class.
    #[arg(long)]
    pub error: Option<String>,
    /// With this id, or with this in an error or a name.
    #[arg(long)]
    pub q: Option<String>,
    /// That failed or are stuck, and that nobody has seen to.
    #[arg(long)]
    pub attention: bool,
}

impl From<Filter> for JobFilter {
    fn from(filter: Filter) -> Self {
        let Filter { state, kind, queue, org, cloud, error, q, attention } = filter;
        Self { state, kind, queue, org, cloud, error, q, attention }
    }
}

/// One job by its id, or with `--all` many by a filter.
#[derive(Debug, Args)]
pub struct Which {
    /// The job.
    #[arg(required_unless_present = "all", conflicts_with_all = ["all", "Filter"])]
    pub id: Option<JobId>,
    /// Every job that the filter fits; its number is shown first.
    #[arg(long)]
    pub all: bool,
    /// Which ones.
    #[command(flatten)]
    pub filter: Filter,
    /// Why, for the record; needed with --all.
    #[arg(long, required_if_eq("all", "true"))]
    pub reason: Option<String>,
    /// With --all: only count them and show a few.
    #[arg(long, conflicts_with = "id")]
    pub dry_run: bool,
    /// With --all: do not ask for the number to be typed.
    #[arg(long, conflicts_with = "id")]
    pub yes: bool,
}

/// Jobs.
#[derive(Debug, Subcommand)]
pub enum Jobs {
    /// List those that fit, the newest first.
    List {
        /// Which ones.
        #[command(flatten)]
        filter: Filter,
        /// How many of them.
        #[command(flatten)]
        rows: Rows,
    },
    /// Show one with its timeline, its calls and its failures.
    Show {
        /// The job.
        id: JobId,
    },
    /// Let one run again, or all that fit.
    Retry {
        /// Which.
        #[command(flatten)]
        which: Which,
        /// Go on from this step: one that the job has begun.
        #[arg(long, conflicts_with = "all")]
        from_step: Option<i16>,
    },
    /// End one, or all that fit; one that began undoes what it did.
    Cancel {
        /// Which.
        #[command(flatten)]
        which: Which,
    },
    /// Put one aside that failed, or all that fit.
    Discard {
        /// Which.
        #[command(flatten)]
        which: Which,
    },
    /// Begin nothing new in a queue.
    Pause {
        /// The queue.
        #[arg(value_parser = queues())]
        queue: Queue,
        /// Why, for the record.
        #[arg(long)]
        reason: String,
    },
    /// Let a paused queue go on.
    Resume {
        /// The queue.
        #[arg(value_parser = queues())]
        queue: Queue,
        /// Why, for the record.
        #[arg(long)]
        reason: Option<String>,
    },
    /// Count jobs by state, and those that want attention.
    Counts,
    /// Throughput, waits, run times and failures.
    Stats {
        /// How far back.
        #[arg(long, default_value = "1h", value_parser = spans())]
        window: Span,
        /// Only this kind.
        #[arg(long)]
        kind: Option<String>,
        /// Only this queue.
        #[arg(long, value_parser = queues())]
        queue: Option<Queue>,
        /// Only jobs that speak to this cloud.
        #[arg(long)]
        cloud: Option<CloudId>,
    },
}

/// Queues.
#[derive(Clone, Debug, Subcommand)]
pub enum Queues {
    /// List them; so does no word at all.
    List,
    /// Change a queue's bounds; what is left out stays.
    Tune {
        /// The queue.
        #[arg(value_parser = queues())]
        queue: Queue,
        /// Rings outstanding at most, 1 to 2000.
        #[arg(long)]
        window: Option<i32>,
        /// Jobs of one organisation under way at most, 1 to 10,000.
        #[arg(long)]
        org_running: Option<i32>,
        /// Jobs of one cloud under way at most, 1 to 10,000.
        #[arg(long)]
        cloud_running: Option<i32>,
        /// Why, for the record.
        #[arg(long)]
        reason: String,
    },
}

/// Who is told something, and why.
#[derive(Clone, Debug, Args)]
pub struct Told {
    /// The one meant, as the list names it.
    pub id: String,
    /// Why, for the record.
    #[arg(long)]
    pub reason: String,
}

/// Worker processes.
#[derive(Clone, Debug, Subcommand)]
pub enum Workers {
    /// List them; so does no word at all.
    List,
    /// Have one take no new jobs.
    Quiet(Told),
    /// Have one take jobs again.
    Wake(Told),
    /// Have one finish its jobs and end.
    Stop(Told),
}

/// Schedules.
#[derive(Debug, Subcommand)]
pub enum Schedules {
    /// List them; so does no word at all.
    List,
    /// Have one's job done now.
    Run(Told),
    /// Let one rest.
    Pause(Told),
    /// Let one go on; it catches up what its window allows.
    Resume(Told),
    /// Change when one ticks.
    SetCron {
        /// The schedule.
        id: String,
        /// Minute, hour, day of month, month, day of week, in UTC; six parts have seconds in front.
        cron: String,
        /// Why, for the record.
        #[arg(long)]
        reason: String,
    },
    /// List the ticks of one, the newest first.
    History {
        /// The schedule.
        id: String,
        /// How many of them.
        #[command(flatten)]
        rows: Rows,
    },
}

/// Clouds.
#[derive(Clone, Debug, Subcommand)]
pub enum Clouds {
    /// List them; so does no word at all.
    List,
    /// Begin none of a cloud's jobs.
    Pause(Told),
    /// Let a paused cloud go on.
    Resume(Told),
    /// Ask each connected cloud whether it accepts its token, and what it sells.
    Test {
        /// Only this one, by its id or name.
        cloud: Option<String>,
    },
}

fn states() -> impl TypedValueParser<Value = JobState> {
    PossibleValuesParser::new(JobState::ALL.iter().map(|state| state.as_str())).try_map(|word| word.parse::<JobState>())
}

fn queues() -> impl TypedValueParser<Value = Queue> {
    PossibleValuesParser::new(Queue::ALL.iter().map(|queue| queue.as_str())).try_map(|word| word.parse::<Queue>())
}

fn spans() -> impl TypedValueParser<Value = Span> {
    PossibleValuesParser::new(["1h", "24h", "7d"]).map(|word| match word.as_str() {
        "7d" => Span::Week,
        "24h" => Span::Day,
        _ => Span::Hour,
    })
}
