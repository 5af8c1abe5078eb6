//! Servers of customers.

use sea_orm::entity::prelude::*;

use crate::table::no_relations;
use crate::text_enum::text_enum;
use crate::{CloudId, OrgId, PlanId, UserId, VpsId};

text_enum! {
    /// Where a server is in its life.
    pub enum VpsStatus {
        /// Ordered; no worker has begun.
        Requested = "requested",
        /// Being created at the provider.
        Provisioning = "provisioning",
        /// On.
        Running = "running",
        /// Off, and charged like a running one.
        Stopped = "stopped",
        /// Could not be created; nothing is left at the provider.
        Failed = "failed",
        /// Being deleted at the provider.
        Deleting = "deleting",
        /// No longer exists at the provider.
        Deleted = "deleted",
        /// Missing at the provider without our doing.
        Lost = "lost",
    }
}

text_enum! {
    /// What the customer asked a server to be.
    pub enum Desired {
        /// On.
        Running = "running",
        /// Off.
        Stopped = "stopped",
        /// Deleted, at the provider too.
        Deleted = "deleted",
    }
}

text_enum! {
    /// What a customer may do to a server's power.
    pub enum PowerAction {
        /// Switch on.
        Boot = "boot",
        /// Switch off.
        Shutdown = "shutdown",
        /// Switch off and on again.
        Reboot = "reboot",
    }
}

text_enum! {
    /// What a job does to a server, as its customer would say it.
    pub enum VpsAction {
        /// Creates it.
        Create = "create",
        /// Switches it on.
        Boot = "boot",
        /// Switches it off.
        Shutdown = "shutdown",
        /// Switches it off and on again.
        Reboot = "reboot",
        /// Deletes it, at the provider too.
        Delete = "delete",
    }
}

impl From<PowerAction> for VpsAction {
    fn from(action: PowerAction) -> Self {
        match action {
            PowerAction::Boot => Self::Boot,
            PowerAction::Shutdown => Self::Shutdown,
            PowerAction::Reboot => Self::Reboot,
        }
    }
}

/// A row of `vps`. The price and the plan's figures are those of the day of the order.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "vps")]
pub struct Model {
    /// Also the tail of `provider_label`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: VpsId,
    /// The organisation that owns and pays for it.
    pub org_id: OrgId,
    /// The cloud that it is created on; no foreign key, so that orders do not wait for each other.
    pub cloud_id: CloudId,
    /// Its name at the provider for life, and so the idempotency key of its creation.
    pub provider_label: String,
    /// The provider's own id; none until the provider confirmed one.
    pub provider_ref: Option<String>,
    /// The customer's name for it, 3 to 64 characters; unique in the organisation among undeleted
    /// servers whose order did not fail.
    pub label: String,
    /// Changed by `domain::vps` alone.
    pub status: VpsStatus,
    /// What the last accepted request asks for.
    pub desired: Desired,
    /// The plan that was ordered; no foreign key, as for the cloud.
    pub plan_id: PlanId,
    /// The plan's name at the order.
    pub plan_name: String,
    /// The provider's size, as `cloud_type.id`.
    pub type_id: String,
    /// Virtual processors.
    pub vcpus: i32,
    /// Memory in MiB.
    pub memory_mib: i32,
    /// Disk in GiB.
    pub disk_gib: i32,
    /// Transfer of a month, in GB.
    pub transfer_gb: i32,
    /// The customer's price of a month, in micro-units of USD: 0 to 100,000 USD.
    pub month_micros: i64,
    /// The provider's price of a month at the order, in micro-units of USD; not negative.
    pub cost_month_micros: i64,
    /// Hours after which a month's price is reached: 730 unless the order said otherwise.
    pub hours_per_month: i32,
    /// The provider's region, as `cloud_region.id`.
    pub region_id: String,
    /// The provider's image, as `cloud_image.id`.
    pub image_id: String,
    /// Installed for root; at most 8192 characters.
    pub ssh_public_key: Option<String>,
    /// The first public IPv4 address.
    pub ipv4: Option<String>,
    /// The IPv6 address, without a prefix length.
    pub ipv6: Option<String>,
    /// Why it could not be created, in words for the customer.
    pub failure: Option<String>,
    /// The user who ordered it.
    pub created_by: Option<UserId>,
    /// When it was ordered; by business time.
    pub created_at: DateTimeUtc,
    /// When the provider created it: the hours are counted from here.
    pub started_at: Option<DateTimeUtc>,
    /// When the provider last said what it does; by business time.
    pub last_seen_at: Option<DateTimeUtc>,
    /// When the provider confirmed that it no longer exists; by business time.
    pub deleted_at: Option<DateTimeUtc>,
    /// Set while it is deleting: the status that a cancelled deletion gives back.
    pub status_before_delete: Option<VpsStatus>,
    /// Which field of the order the customer has to fill in differently, as a pointer such as `/root_password`.
    pub failure_field: Option<String>,
    /// The customer's words to find it by: at most 10, of 1 to 32 characters.
    pub tags: Vec<String>,
    /// What the customer notes about it: plain text of at most 2,000 characters.
    pub notes: String,
    /// Whether a calendar month (UTC) costs its price at most: as the plan said at the order.
    pub capped: bool,
    /// The version of the plan's price that it was ordered at, or moved to; none before there were versions.
    pub price_version: Option<i32>,
    /// The list's price of a month, in micro-units of USD, without what the organisation has of its own; none before
    /// there were such prices: it was the price.
    pub list_month_micros: Option<i64>,
    /// The fewest seconds that are charged, where time is charged by the second; none where a started hour counts
    /// whole.
    pub minimum_s: Option<i32>,
}
no_relations!();
