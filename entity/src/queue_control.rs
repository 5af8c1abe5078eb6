//! What operators set for each queue.

use sea_orm::entity::prelude::*;

use crate::job::Queue;
use crate::table::no_relations;

/// A row of `queue_control`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "queue_control")]
pub struct Model {
    /// One row for each.
    #[sea_orm(primary_key, auto_increment = false)]
    pub queue: Queue,
    /// While it is, none of its jobs begins.
    pub paused: bool,
    /// Rings that may stand unanswered in Redis: 1 to 2000.
    pub ring_window: i32,
    /// Jobs of one organisation that are in progress at a time at most; above zero.
    pub org_running: i32,
    /// Jobs of one cloud that are in progress at a time at most; above zero.
    pub cloud_running: i32,
    /// In the operator's words.
    pub paused_reason: Option<String>,
    /// Since when it is paused; by `PostgreSQL`'s own clock.
    pub paused_at: Option<DateTimeUtc>,
}
no_relations!();
