//! What `skypanel user` takes.

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Subcommand};
use domain::{Role, UserState};

use super::operator::{Rows, Told};

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
    /// Disable a user, by id or e-mail address: end all their sessions and let them open no other.
    Disable(Told),
    /// Enable a disabled user, by id or e-mail address.
    Enable(Told),
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
