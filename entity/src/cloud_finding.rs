//! Differences between a cloud's machines and our servers.

use sea_orm::entity::prelude::*;

use crate::table::no_relations;
use crate::text_enum::text_enum;
use crate::{CloudId, FindingId, UserId, VpsId};

text_enum! {
    /// What a comparison found.
    pub enum FindingKind {
        /// A machine with our tag that belongs to no server.
        Orphan = "orphan",
        /// A server whose machine the provider itself says it does not have.
        Missing = "missing",
        /// A server whose machine got another name at the provider.
        Renamed = "renamed",
        /// A server whose machine lost our tag at the provider.
        Untagged = "untagged",
    }
}

text_enum! {
    /// Why nothing is done about a finding without an administrator.
    pub enum HeldBy {
        /// The token belongs to another account than before.
        Account = "account",
        /// The database may not be the one that knows this cloud's machines.
        Epoch = "epoch",
        /// The machine is newer than every server that we know of.
        Newer = "newer",
        /// Too many at once.
        TooMany = "too_many",
    }
}

/// A row of `cloud_finding`; open until it is settled.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "cloud_finding")]
pub struct Model {
    /// Random: version 4.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: FindingId,
    /// References `cloud`.
    pub cloud_id: CloudId,
    /// With the cloud and the machine, unique among open findings.
    pub kind: FindingKind,
    /// The provider's own id of the machine.
    pub provider_ref: String,
    /// The machine's name at the provider.
    pub label: String,
    /// The server that it concerns, if one is known.
    pub vps_id: Option<VpsId>,
    /// How many comparisons found it.
    pub looks: i32,
    /// By `PostgreSQL`'s own clock.
    pub first_seen_at: DateTimeUtc,
    /// By `PostgreSQL`'s own clock.
    pub last_seen_at: DateTimeUtc,
    /// Set when it is no longer true; by `PostgreSQL`'s own clock.
    pub settled_at: Option<DateTimeUtc>,
    /// How it ended: `righted`, `deleted`, `lost` or `found`.
    pub outcome: Option<String>,
    /// The provider's id of the machine's size, for what it costs.
    pub type_id: Option<String>,
    /// When the provider created the machine; by the provider's clock.
    pub made_at: Option<DateTimeUtc>,
    /// Set while nothing is done about it without an administrator.
    pub held: Option<HeldBy>,
    /// When an administrator allowed what follows from it; by `PostgreSQL`'s own clock.
    pub released_at: Option<DateTimeUtc>,
    /// The administrator who did; none at the command line.
    pub released_by: Option<UserId>,
}
no_relations!();
