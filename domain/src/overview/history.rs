//! How many servers there were, and what changed today.

use chrono::{DateTime, Utc};

use crate::error::Result;
use crate::{Actor, Ctx, db};

db::row! {
    /// How many servers ran at an instant.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct ServersAt {
        /// The instant, in business time.
        pub at: DateTime<Utc>,
        /// Servers that existed at a provider then.
        pub count: i64,
    }
}

db::row! {
    /// What changed since the day began (UTC).
    #[derive(Clone, Copy, Debug)]
    pub struct Today {
        /// Servers that began to run.
        pub created: i64,
        /// Servers that ceased to exist.
        pub deleted: i64,
        /// Orders that failed.
        pub failed: i64,
        /// Organisations that registered.
        pub customers: i64,
        /// Credit that was given, in micro-units.
        pub credit_micros: i64,
    }
}

/// A stretch of time, and how finely it is told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Window {
    /// Seven days by the hour.
    #[default]
    Week,
    /// Thirty days by the day.
    Month,
}

impl Window {
    /// Every value.
    pub const ALL: &'static [Self] = &[Self::Week, Self::Month];

    /// The word for this value.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Week => "7d",
            Self::Month => "30d",
        }
    }

    fn steps(self) -> (i64, i64) {
        match self {
            Self::Week => (3_600, 7 * 24),
            Self::Month => (86_400, 30),
        }
    }
}

/// How many servers existed at each step of a window, and now: exactly, as each row says when it began and ended.
///
/// # Errors
/// `forbidden` for others than administrators.
pub async fn servers(ctx: &Ctx, actor: &Actor, window: Window) -> Result<Vec<ServersAt>> {
    actor.admin()?;
    let (step_s, count) = window.steps();
    select_servers(step_s, count).all(&ctx.db).await
}

/// What changed since the day began (UTC).
///
/// # Errors
/// `forbidden` for others than administrators.
pub(super) async fn today(ctx: &Ctx, actor: &Actor) -> Result<Today> {
    actor.admin()?;
    select_today().only(&ctx.db).await
}

db::statement! {
    fn select_servers(step_s: i64, steps: i64) -> ServersAt = file "select_servers.sql";

    fn select_today() -> Today = file "select_today.sql";
}
