//! Sizes of machines that a cloud offers.

use sea_orm::entity::prelude::*;

use crate::CloudId;
use crate::table::no_relations;

/// A row of `cloud_type`, as the last sync read it.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "cloud_type")]
pub struct Model {
    /// References `cloud`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub cloud_id: CloudId,
    /// The provider's own id, such as `g6-nanode-1`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// The provider's name for it.
    pub label: String,
    /// The provider's class, such as `nanode` or `standard`.
    pub class: String,
    /// Virtual processors.
    pub vcpus: i32,
    /// Memory in MiB.
    pub memory_mib: i32,
    /// Disk in GiB.
    pub disk_gib: i32,
    /// Transfer of a month, in GB.
    pub transfer_gb: i32,
    /// What the provider charges for an hour, in micro-units of USD; not negative.
    pub hour_micros: i64,
    /// What the provider charges for a month at most, in micro-units of USD; not negative.
    pub month_micros: i64,
    /// When a sync last saw it.
    pub seen_at: DateTimeUtc,
    /// When a sync first missed it; it stays while a plan is of it.
    pub gone_at: Option<DateTimeUtc>,
}
no_relations!();
