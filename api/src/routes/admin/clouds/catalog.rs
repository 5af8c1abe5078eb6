//! What a cloud offers.

use chrono::{DateTime, Utc};
use domain::cloud;
use poem_openapi::Object;

use crate::routes::plans::{Image, Region};
use crate::wire::{Money, Time};

/// A size as the provider offers it.
#[derive(Debug, Object)]
pub struct CloudType {
    /// The provider's id.
    #[oai(validator(max_length = 100))]
    id: String,
    /// The provider's name for it.
    #[oai(validator(max_length = 200))]
    label: String,
    /// The provider's family of sizes.
    #[oai(validator(max_length = 100))]
    class: String,
    /// Number of virtual processors.
    vcpus: i32,
    /// Memory in MiB.
    memory_mib: i32,
    /// Disk in GiB.
    disk_gib: i32,
    /// Monthly transfer in GB.
    transfer_gb: i32,
    /// The provider's price of an hour.
    cost_hourly: Money,
    /// The provider's price of a month.
    cost_monthly: Money,
    /// Always true: a size that the provider no longer lists disappears with the next reading. Whether a
    /// region has it to give is said by a plan's regions.
    available: bool,
}

impl From<cloud::CloudType> for CloudType {
    fn from(row: cloud::CloudType) -> Self {
        Self {
            id: row.id,
            label: row.label,
            class: row.class,
            vcpus: row.vcpus,
            memory_mib: row.memory_mib,
            disk_gib: row.disk_gib,
            transfer_gb: row.transfer_gb,
            cost_hourly: Money::usd(row.hour_micros),
            cost_monthly: Money::usd(row.month_micros),
            available: true,
        }
    }
}

/// What a cloud offers, as last read.
#[derive(Debug, Object)]
pub struct CloudCatalog {
    /// Sizes, the cheapest first.
    #[oai(validator(max_items = 1000))]
    types: Vec<CloudType>,
    /// Regions, by country.
    #[oai(validator(max_items = 1000))]
    regions: Vec<Region>,
    /// Operating systems, by vendor.
    #[oai(validator(max_items = 1000))]
    images: Vec<Image>,
    /// When it was last read.
    synced_at: Option<Time>,
}

impl From<(cloud::CloudCatalog, Option<DateTime<Utc>>)> for CloudCatalog {
    fn from((catalog, synced_at): (cloud::CloudCatalog, Option<DateTime<Utc>>)) -> Self {
        Self {
            types: catalog.types.into_iter().map(CloudType::from).collect(),
            regions: catalog.regions.into_iter().map(Region::from).collect(),
            images: catalog.images.into_iter().map(Image::from).collect(),
            synced_at: synced_at.map(Time),
        }
    }
}
