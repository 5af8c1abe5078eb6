//! What can be typed after `skypanel`.

pub mod clouds;
pub mod customer;
pub mod limits;
pub mod money;
pub mod operator;
pub mod payments;
pub mod people;

use clap::{Parser, Subcommand};

use customer::{Panel, Servers};
use limits::Limits;
use money::{Credits, Invoices, Ledger, Promos, Suppliers};
use operator::{Clouds, Jobs, Keys, Orgs, Output, Queues, Schedules, Ticks, Users, Workers};
use payments::Payments;

/// The control plane for resellers of cloud servers.
#[derive(Debug, Parser)]
#[command(name = "skypanel", version, about, long_about = None, propagate_version = true)]
pub struct Args {
    /// Only check the command line, then exit.
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
    /// Run jobs; start any number of these.
    Worker {
        /// Queues to serve and how many jobs of each to run at a time: provision=8,power=8,billing=2,mail=2,upkeep=4.
        #[arg(long, env = "WORKER_QUEUES")]
        queues: Option<String>,
    },
    /// Turn the passing of time into jobs; start one, or more for safety.
    Scheduler,
    /// Everything in one process, for small installations.
    All {
        /// Queues to serve and how many jobs of each to run at a time.
        #[arg(long, env = "WORKER_QUEUES")]
        queues: Option<String>,
    },
    /// Change the schema of the database, as its owner.
    #[command(subcommand)]
    Migrate(Migrate),
    /// Manage administrators and passwords.
    #[command(subcommand)]
    Admin(Admin),
    /// A customer's servers, by the API of the panel at `SKYPANEL_URL` and the key in `SKYPANEL_API_KEY`.
    Vps {
        /// Which panel.
        #[command(flatten)]
        panel: Panel,
        /// What to do.
        #[command(subcommand)]
        what: Servers,
    },
    /// A customer's balance, and what an hour costs; by the API, as `vps`.
    Wallet {
        /// Which panel.
        #[command(flatten)]
        panel: Panel,
    },
    /// Show API keys of customers, and revoke them; without a subcommand, list them.
    Key {
        /// How to write it.
        #[command(flatten)]
        output: Output,
        /// What to do.
        #[command(subcommand)]
        what: Option<Keys>,
    },
    /// Show payments, settle them, and give money back; without a subcommand, list them.
    Payment {
        /// How to write it.
        #[command(flatten)]
        output: Output,
        /// What to do.
        #[command(subcommand)]
        what: Option<Payments>,
    },
    /// The old name of `cloud test`, for one release.
    #[command(subcommand, hide = true)]
    Provider(Provider),
    /// Show jobs, retry, cancel and discard them, pause queues.
    Jobs {
        /// How to write it.
        #[command(flatten)]
        output: Output,
        /// What to do.
        #[command(subcommand)]
        what: Jobs,
    },
    /// Show queues and change their limits; without a subcommand, list them.
    Queues {
        /// How to write it.
        #[command(flatten)]
        output: Output,
        /// What to do.
        #[command(subcommand)]
        what: Option<Queues>,
    },
    /// Show worker processes, quiet, wake and stop them; without a subcommand, list them.
    Workers {
        /// How to write it.
        #[command(flatten)]
        output: Output,
        /// What to do.
        #[command(subcommand)]
        what: Option<Workers>,
    },
    /// Show schedules, run, pause and change them; without a subcommand, list them.
    Schedules {
        /// How to write it.
        #[command(flatten)]
        output: Output,
        /// What to do.
        #[command(subcommand)]
        what: Option<Schedules>,
    },
    /// Charge the hours of all servers, and show what runs charged; without a subcommand, show that.
    Tick {
        /// How to write it.
        #[command(flatten)]
        output: Output,
        /// What to do.
        #[command(subcommand)]
        what: Option<Ticks>,
    },
    /// Show connected clouds and their rate limits, pause and test them; without a subcommand, list them.
    Cloud {
        /// How to write it.
        #[command(flatten)]
        output: Output,
        /// What to do.
        #[command(subcommand)]
        what: Option<Clouds>,
    },
    /// Show users, disable and enable them, end their sessions.
    User {
        /// How to write it.
        #[command(flatten)]
        output: Output,
        /// What to do.
        #[command(subcommand)]
        what: Users,
    },
    /// Show the mails that the panel sends.
    Mail {
        /// How to write it.
        #[command(flatten)]
        output: Output,
        /// What to do.
        #[command(subcommand)]
        what: Mails,
    },
    /// Prove the ledger, show balances and journals.
    Ledger {
        /// How to write it.
        #[command(flatten)]
        output: Output,
        /// What to do.
        #[command(subcommand)]
        what: Ledger,
    },
    /// Show what waits for a second administrator, and above which amount credit does.
    Credit {
        /// How to write it.
        #[command(flatten)]
        output: Output,
        /// What to do.
        #[command(subcommand)]
        what: Credits,
    },
    /// Make, end and list promo codes.
    Promo {
        /// How to write it.
        #[command(flatten)]
        output: Output,
        /// What to do.
        #[command(subcommand)]
        what: Promos,
    },
    /// Import suppliers' invoices, and show them beside what was charged.
    Supplier {
        /// How to write it.
        #[command(flatten)]
        output: Output,
        /// What to do.
        #[command(subcommand)]
        what: Suppliers,
    },
    /// Show and issue receipts, invoices and credit notes.
    Invoice {
        /// How to write it.
        #[command(flatten)]
        output: Output,
        /// What to do.
        #[command(subcommand)]
        what: Invoices,
    },
    /// Show request limits and give users their own; without a subcommand, show them.
    Limits {
        /// How to write it.
        #[command(flatten)]
        output: Output,
        /// What to do.
        #[command(subcommand)]
        what: Option<Limits>,
    },
    /// Show organisations and change their quotas; without a subcommand, list them.
    Org {
        /// How to write it.
        #[command(flatten)]
        output: Output,
        /// What to do.
        #[command(subcommand)]
        what: Option<Orgs>,
    },
    /// Check settings, database, Redis, mail, clouds and books, and run a job from row to worker.
    Doctor {
        /// The file of settings whose quoting is checked; - for standard input. `.env`, where there is one.
        #[arg(long)]
        env_file: Option<std::path::PathBuf>,
    },
    /// Fill a development installation with demonstration data.
    #[command(subcommand)]
    Demo(Demo),
    /// Print the API's `OpenAPI` document.
    Openapi,
    /// Print every setting with its default, as a file to copy to .env.
    EnvExample,
}

/// Mails.
#[derive(Debug, Subcommand)]
pub enum Mails {
    /// List every kind of mail, and when it is sent.
    List,
    /// Write a mail of one kind with made-up values, as this installation sends it.
    Preview {
        /// The kind, as the list names it.
        kind: String,
        /// Write the HTML instead of the text.
        #[arg(long)]
        html: bool,
    },
}

/// Changes of the schema.
#[derive(Clone, Copy, Debug, Subcommand)]
pub enum Migrate {
    /// Apply pending migrations.
    Up,
    /// Show which migrations are applied.
    Status,
    /// Drop everything and apply every migration again. Refused in production.
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
    /// Create an administrator. The password is read from the first line of standard input.
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
    /// Take the administrator's role from a user, who keeps their account and their organisation.
    Demote {
        /// Their e-mail address.
        #[arg(long)]
        email: String,
    },
    /// Set a user's password and end their sessions. The password is read from the first line of standard input.
    SetPassword {
        /// Their e-mail address.
        #[arg(long)]
        email: String,
    },
}

/// The old name of `cloud test`.
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
    /// Create an administrator, a customer with credit, a cloud and plans, from `DEMO_*` variables. Refused in
    /// production.
    Seed,
    /// Move business time ahead of the database's clock. Refused in production.
    Clock {
        /// Seconds ahead in all, not in addition to an earlier move.
        #[arg(long)]
        ahead_s: i64,
    },
}
