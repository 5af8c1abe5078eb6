//! Prepaid, honestly: how long a wallet lasts and who is told, what organisations limit themselves to, and what happens
//! to their servers when funds end.

mod ladder;
mod limits;
mod notice;
mod watch;

pub use ladder::{LadderView, ladder};
pub(crate) use ladder::{ring, suspended};
pub(crate) use limits::check_order;
pub use limits::{Limits, LimitsChange, Policy, limits, policy, set_limits, set_policy};
pub(crate) use notice::letter;
pub use notice::{Notice, notices};
pub use watch::{Watched, watch};
