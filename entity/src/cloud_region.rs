//! Regions of a cloud.

use sea_orm::entity::prelude::*;

use crate::CloudId;
use crate::table::no_relations;

/// A row of `cloud_region`, as the last sync read it.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "cloud_region")]
pub struct Model {
    /// References `cloud`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub cloud_id: CloudId,
    /// The provider's own id, such as `us-east`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// The provider's name for it.
    pub label: String,
    /// ISO 3166-1 alpha-2, in lower case.
    pub country: String,
    /// Whether the provider takes orders for it.
    pub available: bool,
    /// When a sync last saw it.
    pub seen_at: DateTimeUtc,
}
no_relations!();
