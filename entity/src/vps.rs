//! Servers.

use crate::text_enum::text_enum;

text_enum! {
    /// Where a server is in its life.
    pub enum VpsStatus {
        /// Ordered; no worker has begun.
        Requested = "requested",
        /// Being made at the provider.
        Provisioning = "provisioning",
        /// On.
        Running = "running",
        /// Off, and charged like a running one.
        Stopped = "stopped",
        /// The order came to nothing; nothing is left at the provider.
        Failed = "failed",
        /// Being deleted at the provider.
        Deleting = "deleting",
        /// Gone from the provider.
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
        /// Gone.
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
        /// Off and on again.
        Reboot = "reboot",
    }
}

/// A customer's server.
pub mod server {
    use super::{Desired, VpsStatus};
    use crate::{CloudId, OrgId, PlanId, UserId, VpsId};
    use sea_orm::entity::prelude::*;

    /// A row of `vps`. The price and the plan's figures are those of the day of the order.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "vps")]
    pub struct Model {
        /// The server's id.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: VpsId,
        /// Whose it is.
        pub org_id: OrgId,
        /// The cloud that it stands on.
        pub cloud_id: CloudId,
        /// Its name at the provider for life, and so the idempotency key of its creation.
        pub provider_label: String,
        /// The provider's own id for it.
        pub provider_ref: Option<String>,
        /// The customer's name for it.
        pub label: String,
        /// Where it is in its life.
        pub status: VpsStatus,
        /// What the customer wants it to be.
        pub desired: Desired,
        /// The plan it was ordered from.
        pub plan_id: PlanId,
        /// The plan's name then.
        pub plan_name: String,
        /// The provider's size.
        pub type_id: String,
        /// Virtual processors.
        pub vcpus: i32,
        /// Memory in MiB.
        pub memory_mib: i32,
        /// Disk in GiB.
        pub disk_gib: i32,
        /// Monthly transfer in GB.
        pub transfer_gb: i32,
        /// Price of a month in micro-units.
        pub month_micros: i64,
        /// What the provider asked for a month then, in micro-units.
        pub cost_month_micros: i64,
        /// Hours after which a month's price is reached.
        pub hours_per_month: i32,
        /// The provider's region.
        pub region_id: String,
        /// The provider's image.
        pub image_id: String,
        /// A public key to install for root.
        pub ssh_public_key: Option<String>,
        /// The first public IPv4 address.
        pub ipv4: Option<String>,
        /// The IPv6 address.
        pub ipv6: Option<String>,
        /// Words for the customer when the order came to nothing.
        pub failure: Option<String>,
        /// Who ordered it.
        pub created_by: Option<UserId>,
        /// When it was ordered.
        pub created_at: DateTimeUtc,
        /// When the provider made it: the hours are counted from here.
        pub started_at: Option<DateTimeUtc>,
        /// When the provider last told us about it.
        pub last_seen_at: Option<DateTimeUtc>,
        /// When it was gone, if so.
        pub deleted_at: Option<DateTimeUtc>,
        /// The status that a cancelled deletion gives back.
        pub status_before_delete: Option<VpsStatus>,
    }
    /// None: joins are written out where they are needed.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}
