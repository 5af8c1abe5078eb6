//! Operating systems that a cloud installs.

use sea_orm::entity::prelude::*;

use crate::CloudId;
use crate::table::no_relations;

/// A row of `cloud_image`, as the last sync read it.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "cloud_image")]
pub struct Model {
    /// References `cloud`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub cloud_id: CloudId,
    /// The provider's own id, such as `linode/debian12`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// The id without the provider's name, as customers see and send it; generated, so never set on insert.
    pub slug: String,
    /// The provider's name for it.
    pub label: String,
    /// Who makes the system, such as `Debian`.
    pub vendor: String,
    /// Whether the provider advises against it.
    pub deprecated: bool,
    /// The smallest disk that it fits on, in MiB.
    pub min_disk_mib: i32,
    /// When a sync last saw it.
    pub seen_at: DateTimeUtc,
}
no_relations!();
