//! What operators type about organisations and users.

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Subcommand};
use domain::{AnyId, Role, SessionId, UserState};

use super::operator::{Rows, Told};

/// Organisations.
#[derive(Clone, Debug, Subcommand)]
pub enum Orgs {
    /// List organisations, the newest first.
    List {
        /// Only those with this text in their name.
        #[arg(long)]
        search: Option<String>,
        /// How many, 100 at most.
        #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u16).range(1..=100))]
        limit: u16,
    },
    /// Show an organisation with its quotas and its security.
    Show {
        /// Its id.
        id: AnyId,
    },
    /// Show an organisation's VAT ID with its confirmation, and each change of its address and billing details.
    Billing {
        /// Its id.
        id: AnyId,
        /// Which part of the changes.
        #[command(flatten)]
        rows: Rows,
    },
    /// Create an organisation for a user, who owns it.
    Create {
        /// Its name.
        name: String,
        /// Its owner, by id or e-mail address.
        #[arg(long)]
        owner: String,
    },
    /// Change an organisation's quotas; options that are left out stay as they are.
    Quota {
        /// Its id.
        id: AnyId,
        /// What shall be different.
        #[command(flatten)]
        quotas: QuotaOptions,
        /// All of them as a new organisation has them.
        #[arg(long, conflicts_with = "some")]
        default: bool,
        /// Why, for the record.
        #[arg(long)]
        reason: String,
    },
    /// Lift an organisation's list of networks, when its owners shut themselves out.
    LiftNetworks {
        /// Its id.
        id: AnyId,
        /// Why, for the record.
        #[arg(long)]
        reason: String,
    },
}

/// What an organisation may have.
#[derive(Clone, Copy, Debug, Args)]
#[group(id = "some", multiple = true)]
pub struct QuotaOptions {
    /// Servers at the same time.
    #[arg(long)]
    pub vps: Option<i32>,
    /// Their vCPUs.
    #[arg(long)]
    pub vcpus: Option<i32>,
    /// Their memory in MiB.
    #[arg(long)]
    pub memory_mib: Option<i32>,
    /// Their storage in GiB.
    #[arg(long)]
    pub storage_gib: Option<i32>,
    /// Members.
    #[arg(long)]
    pub members: Option<i32>,
    /// API keys of all members.
    #[arg(long)]
    pub keys: Option<i32>,
}

/// Users.
#[derive(Debug, Subcommand)]
pub enum Users {
    /// List users, the newest first.
    List {
        /// Only users with this text in the name or the e-mail address.
        #[arg(long)]
        q: Option<String>,
        /// Only users with this role on the platform.
        #[arg(long, value_parser = roles())]
        role: Option<Role>,
        /// Only users in this state; deleted ones are listed only so.
        #[arg(long, value_parser = user_states())]
        state: Option<UserState>,
        /// How many of them.
        #[command(flatten)]
        rows: Rows,
    },
    /// Show a user with their organisations and sessions.
    Show {
        /// The user, by id or e-mail address.
        user: String,
    },
    /// Create a user with an organisation: they get a mail with a link by which they choose a password, for a week.
    Create {
        /// Their e-mail address.
        email: String,
        /// How they are addressed.
        #[arg(long)]
        name: String,
        /// Their organisation's name; their own name when left out.
        #[arg(long)]
        organisation: Option<String>,
    },
    /// Disable a user, by id or e-mail address: end all their sessions and let them open no other.
    Disable(Told),
    /// Enable a disabled user, by id or e-mail address.
    Enable(Told),
    /// List a user's sessions, or end one of them.
    Sessions {
        /// The user, by id or e-mail address.
        user: String,
        /// End this one, by its id in the list.
        #[arg(long, requires = "reason")]
        end: Option<SessionId>,
        /// Why, for the record.
        #[arg(long, requires = "end")]
        reason: Option<String>,
    },
    /// End all sessions of a user, by id or e-mail address; they may sign in again.
    EndSessions(Told),
    /// Write a copy of all that is held about a user, as JSON to standard output.
    Export {
        /// The user, by id or e-mail address.
        user: String,
    },
    /// Erase a user who asked for it: their account, their data, and organisations in which no other member is.
    Erase(EraseUser),
    /// Reset the second factors of a user who has lost them all: a day later, unless the user signs in with one before.
    ResetFactors {
        /// The user, by id or e-mail address.
        user: String,
        /// Why, for the record.
        #[arg(long, default_value = "asked for at the command line")]
        reason: String,
        /// Do it now, after you made sure by another way that it is the user who asks. Their sessions end.
        #[arg(long)]
        now: bool,
    },
}

/// Who is erased.
#[derive(Debug, Args)]
pub struct EraseUser {
    /// The user, by id or e-mail address.
    pub user: String,
    /// Why, for the record.
    #[arg(long, default_value = "asked for at the command line")]
    pub reason: String,
    /// The user's e-mail address again, to confirm who is meant.
    #[arg(long)]
    pub confirm: String,
    /// Money left in an organisation in which no other member is may stay there until the person asks for it.
    #[arg(long)]
    pub leave_balance: bool,
}

fn roles() -> impl TypedValueParser<Value = Role> {
    PossibleValuesParser::new(Role::ALL.iter().map(|role| role.as_str())).try_map(|word| word.parse::<Role>())
}

fn user_states() -> impl TypedValueParser<Value = UserState> {
    PossibleValuesParser::new(UserState::ALL.iter().map(|state| state.as_str()))
        .try_map(|word| word.parse::<UserState>())
}
