//! What can be typed after `skypanel`.

pub mod operator;

use clap::{Parser, Subcommand};

use operator::{Clouds, Jobs, Output, Queues, Schedules, Workers};

/// The control plane for resold cloud servers.
#[derive(Debug, Parser)]
#[command(name = "skypanel", version, about, long_about = None, propagate_version = true)]
pub struct Args {
    /// Only check that the command line can be read, then exit.
    #[arg(long, global = true, hide = true)]
    pub check_args: bool,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve the pages and the API.
    Api,
    /// Run jobs; any number of these may run.
    Worker {
        /// Pools and how many jobs of each at a time, such as provision=8,power=8,billing=2,mail=2,upkeep=4.
        #[arg(long, env = "WORKER_QUEUES")]
        queues: Option<String>,
    },
    /// Turn the passing of time into jobs; any number of these may run.
    Scheduler,
    /// Everything in one process, for small installations.
    All {
        /// Pools and how many jobs of each at a time.
        #[arg(long, env = "WORKER_QUEUES")]
        queues: Option<String>,
    },
    /// Change the database's schema, as its owner.
    #[command(subcommand)]
    Migrate(Migrate),
    /// Manage administrators.
    #[command(subcommand)]
    Admin(Admin),
    /// The older name of `cloud test`, for one release.
    #[command(subcommand, hide = true)]
    Provider(Provider),
    /// Look at jobs, and steer them.
    Jobs {
        /// How to write it.
        #[command(flatten)]
        output: Output,
        /// What to do.
        #[command(subcommand)]
        what: Jobs,
    },
    /// Look at queues, and tune them.
    Queues {
        /// How to write it.
        #[command(flatten)]
        output: Output,
        /// What to do.
        #[command(subcommand)]
        what: Option<Queues>,
    },
    /// Look at worker processes, and tell them what to do.
    Workers {
        /// How to write it.
        #[command(flatten)]
        output: Output,
        /// What to do.
        #[command(subcommand)]
        what: Option<Workers>,
    },
    /// Look at what happens by itself, and change it.
    Schedules {
        /// How to write it.
        #[command(flatten)]
        output: Output,
        /// What to do.
        #[command(subcommand)]
        what: Option<Schedules>,
    },
    /// Look at connected clouds and what may be asked of them; hold up their jobs.
    Cloud {
        /// How to write it.
        #[command(flatten)]
        output: Output,
        /// What to do.
        #[command(subcommand)]
        what: Option<Clouds>,
    },
    /// Check settings, database, Redis, mail, clouds, books and the way of a job.
    Doctor,
    /// Fill a development installation with something to look at.
    #[command(subcommand)]
    Demo(Demo),
    /// Print the API's `OpenAPI` document.
    Openapi,
    /// Print every setting with its default, as a file for the environment.
    EnvExample,
}

/// Changes of the schema.
#[derive(Clone, Copy, Debug, Subcommand)]
pub enum Migrate {
    /// Apply what is pending.
    Up,
    /// Show what is applied.
    Status,
    /// Drop everything and apply all anew. Refused in production.
    Fresh {
        /// All data are lost; say that you mean it.
        #[arg(long)]
        yes: bool,
    },
    /// Drop everything. Refused in production.
    Reset {
        /// All data are lost; say that you mean it.
        #[arg(long)]
        yes: bool,
    },
}

/// Administrators.
#[derive(Debug, Subcommand)]
pub enum Admin {
    /// Make one. The password is read from the first line of standard input.
    Create {
        /// Their e-mail address.
        #[arg(long)]
        email: String,
        /// Their name.
        #[arg(long, default_value = "Administrator")]
        name: String,
    },
    /// Give a user the administrator's role.
    Promote {
        /// Their e-mail address.
        #[arg(long)]
        email: String,
    },
    /// Set a user's password and end their sessions. It is read from the first line of standard input.
    SetPassword {
        /// Their e-mail address.
        #[arg(long)]
        email: String,
    },
}

/// The older name of `cloud test`.
#[derive(Debug, Subcommand)]
pub enum Provider {
    /// Ask each connected cloud whether it accepts its token, and what it sells.
    Test {
        /// Only this one, by its id or name.
        cloud: Option<String>,
    },
}

/// Demonstration data.
#[derive(Clone, Copy, Debug, Subcommand)]
pub enum Demo {
    /// Make an admin, a customer with credit, a cloud and plans, from `DEMO_*` variables. Refused in production.
    Seed,
    /// Move business time ahead by so many seconds in all. Refused in production.
    Clock {
        /// Seconds ahead of the database's clock.
        #[arg(long)]
        ahead_s: i64,
    },
}
