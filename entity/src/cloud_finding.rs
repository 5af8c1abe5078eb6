//! Differences between a cloud's machines and our servers.

use sea_orm::entity::prelude::*;

use crate::table::no_relations;
use crate::text_enum::text_enum;
use crate::{CloudId, VpsId};

text_enum! {
    /// What a comparison found.
    pub enum FindingKind {
        /// A machine with our tag that belongs to no server.
        Orphan = "orphan",
        /// A server whose machine is not in the provider's list.
        Missing = "missing",
    }
}

/// A row of `cloud_finding`; open until it is settled.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "cloud_finding")]
pub struct Model {
    /// Random: version 4.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
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
    /// How it ended: `righted`, `deleted` or `lost`.
    pub outcome: Option<String>,
}
no_relations!();
