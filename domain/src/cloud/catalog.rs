//! What a cloud sells, as its sync last read it.

use chrono::{DateTime, Utc};
use entity::CloudId;
use serde::Serialize;

use crate::error::Result;
use crate::{Actor, Ctx, db};

db::row! {
    /// A size that the provider sells.
    #[derive(Clone, Debug, Serialize)]
    pub struct CloudType {
        /// The provider's id, such as `g6-nanode-1`.
        pub id: String,
        /// The provider's name for it.
        pub label: String,
        /// The provider's family of sizes, such as `standard`.
        pub class: String,
        /// Virtual processors.
        pub vcpus: i32,
        /// Memory in MiB.
        pub memory_mib: i32,
        /// Disk in GiB.
        pub disk_gib: i32,
        /// Monthly transfer in GB.
        pub transfer_gb: i32,
        /// An hour's cost in micro-units.
        pub hour_micros: i64,
        /// A month's cost in micro-units.
        pub month_micros: i64,
    }
}

db::row! {
    /// A place where the provider has machines.
    #[derive(Clone, Debug, Serialize)]
    pub struct CloudRegion {
        /// The provider's id, such as `eu-central`.
        pub id: String,
        /// The provider's name for it.
        pub label: String,
        /// An ISO 3166 code in lower case.
        pub country: String,
        /// Whether machines can be created there.
        pub available: bool,
    }
}

db::row! {
    /// An operating system that the provider installs.
    #[derive(Clone, Debug, Serialize)]
    pub struct CloudImage {
        /// The provider's id, such as `linode/debian12`.
        pub id: String,
        /// The provider's name for it.
        pub label: String,
        /// Who publishes the system, such as `Debian`.
        pub vendor: String,
        /// Whether the provider advises against it for new machines.
        pub deprecated: bool,
        /// The smallest disk that it fits on, in MiB.
        pub min_disk_mib: i32,
    }
}

/// A size in a region where it has a price of its own, or can't be had.
#[derive(Clone, Debug, Serialize)]
pub struct CloudOffer {
    /// The size.
    pub type_id: String,
    /// The region.
    pub region_id: String,
    /// An hour's cost there in micro-units; none where it is the size's own.
    pub hour_micros: Option<i64>,
    /// A month's cost there in micro-units; none as for the hour.
    pub month_micros: Option<i64>,
    /// Whether the provider creates machines of this size there now.
    pub available: bool,
}

/// What a cloud sells.
#[derive(Clone, Debug)]
pub struct CloudCatalog {
    /// Sizes, the cheapest first where they were stored.
    pub types: Vec<CloudType>,
    /// Places, by country where they were stored.
    pub regions: Vec<CloudRegion>,
    /// Operating systems, by vendor where they were stored.
    pub images: Vec<CloudImage>,
    /// Where a size differs from region to region; empty where they are read back.
    pub offers: Vec<CloudOffer>,
}

/// What a cloud sells, as last read: at most 1000 of each, deprecated images left out. With it, when it was read; none
/// before the first time.
///
/// # Errors
/// `not_found`; `forbidden` for others than administrators.
pub async fn read_catalog(ctx: &Ctx, actor: &Actor, cloud: CloudId) -> Result<(CloudCatalog, Option<DateTime<Utc>>)> {
    let synced_at = super::get(ctx, actor, cloud).await?.synced_at;
    let catalog = CloudCatalog {
        types: select_types(cloud).all(&ctx.db).await?,
        regions: select_regions(cloud).all(&ctx.db).await?,
        images: select_images(cloud).all(&ctx.db).await?,
        offers: Vec::new(),
    };
    Ok((catalog, synced_at))
}

db::statement! {
    fn select_types(cloud: CloudId) -> CloudType =
        "select id, label, class, vcpus, memory_mib, disk_gib, transfer_gb, hour_micros, month_micros
         from cloud_type where cloud_id = $1 and gone_at is null order by month_micros, id limit 1000";

    fn select_regions(cloud: CloudId) -> CloudRegion =
        "select id, label, country, available
         from cloud_region where cloud_id = $1 order by country, label limit 1000";

    fn select_images(cloud: CloudId) -> CloudImage =
        "select id, label, vendor, deprecated, min_disk_mib
         from cloud_image where cloud_id = $1 and not deprecated order by vendor, label desc limit 1000";
}
