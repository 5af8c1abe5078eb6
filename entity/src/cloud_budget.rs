//! Token buckets that bound the calls to a cloud, shared by all workers.

use sea_orm::entity::prelude::*;

use crate::CloudId;
use crate::table::no_relations;

/// A row of `cloud_budget`: one for each class of call that the provider limits.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "cloud_budget")]
pub struct Model {
    /// References `cloud`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub cloud_id: CloudId,
    /// The class of call.
    #[sea_orm(primary_key, auto_increment = false)]
    pub bucket: String,
    /// Calls that may be made at once; above zero.
    pub capacity: f64,
    /// Calls that it is filled with each second; above zero.
    pub per_s: f64,
    /// Calls that it held at `filled_at`.
    pub tokens: f64,
    /// When `tokens` was true; by `PostgreSQL`'s own clock.
    pub filled_at: DateTimeUtc,
    /// Until when the provider refuses calls.
    pub blocked_until: Option<DateTimeUtc>,
    /// Calls left, as the provider last said.
    pub remaining: Option<i32>,
    /// Whether the last worker that asked got a token.
    pub granted: bool,
}
no_relations!();
