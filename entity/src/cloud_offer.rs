//! Sizes in regions where they cost something else, or can't be had.

use sea_orm::entity::prelude::*;

use crate::CloudId;
use crate::table::no_relations;

/// A row of `cloud_offer`, as the last sync read it. A size without a row for a region is available there at its own
/// price.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "cloud_offer")]
pub struct Model {
    /// References `cloud`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub cloud_id: CloudId,
    /// The size, as `cloud_type.id`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub type_id: String,
    /// The region, as `cloud_region.id`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub region_id: String,
    /// What the provider charges for an hour there, in micro-units of USD; none where it is the size's own price.
    pub hour_micros: Option<i64>,
    /// What the provider charges for a month there at most, in micro-units of USD; none as for the hour.
    pub month_micros: Option<i64>,
    /// Whether the provider creates machines of this size there now.
    pub available: bool,
    /// When a sync last saw it.
    pub seen_at: DateTimeUtc,
}
no_relations!();
