//! Ticks of schedules: a unique row each, so that no scheduler has to lead.

use sea_orm::entity::prelude::*;

use crate::JobId;
use crate::table::no_relations;

/// A row of `schedule_tick`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "schedule_tick")]
pub struct Model {
    /// References `schedule`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub name: String,
    /// The instant that it stands for; by business time.
    #[sea_orm(primary_key, auto_increment = false)]
    pub tick_at: DateTimeUtc,
    /// The job that it enqueued.
    pub job_id: Option<JobId>,
    /// By `PostgreSQL`'s own clock.
    pub created_at: DateTimeUtc,
    /// Whether an operator asked for it.
    pub manual: bool,
}
no_relations!();
