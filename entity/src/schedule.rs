//! Schedules: what happens by itself, as operators set it.

use sea_orm::entity::prelude::*;

use crate::Interval;
use crate::table::no_relations;

/// A row of `schedule`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "schedule")]
pub struct Model {
    /// As the timetable in `domain::schedule` names it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub name: String,
    /// Five fields as in crontab: minute, hour, day, month, weekday; in UTC.
    pub cron: String,
    /// While it is, it does not tick, and its ticks are not caught up.
    pub paused: bool,
    /// Ticks missed for longer than this are left out.
    #[sea_orm(save_as = "interval")]
    pub catch_up: Interval,
    /// The newest tick that was handled; by business time.
    pub last_tick: DateTimeUtc,
    /// The tick that comes next; none while it is paused.
    pub next_tick: Option<DateTimeUtc>,
    /// The kind of the job that a tick enqueues.
    pub job_kind: String,
    /// In the operator's words.
    pub paused_reason: Option<String>,
}
no_relations!();
