//! Organisations: the tenants, each with one wallet.

use sea_orm::entity::prelude::*;

use crate::table::no_relations;
use crate::text_enum::text_enum;
use crate::{OrgId, UserId};

text_enum! {
    /// Whether an organisation is used, as administrators are told it.
    pub enum OrgState {
        /// One of its owners can sign in.
        Active = "active",
        /// Its servers are stopped, or about to be, because its funds ended.
        Stopped = "stopped",
        /// None of its owners can sign in.
        Locked = "locked",
        /// It ended; its books stay.
        Closed = "closed",
    }
}

/// A row of `org`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "org")]
pub struct Model {
    /// Stands on every row that belongs to the tenant.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: OrgId,
    /// 1 to 100 characters; not unique.
    pub name: String,
    /// How many live servers it may have at once.
    pub vps_quota: i32,
    /// By business time.
    pub created_at: DateTimeUtc,
    /// Set for deleted organisations: the row stays.
    pub deleted_at: Option<DateTimeUtc>,
    /// Who made it; none where nobody knows.
    pub created_by: Option<UserId>,
    /// How many vCPUs its live servers may have together.
    pub vcpu_quota: i32,
    /// How much memory they may have together, in MiB.
    pub memory_quota_mib: i32,
    /// How much storage they may have together, in GiB.
    pub storage_quota_gib: i32,
    /// How many members it may have.
    pub member_quota: i32,
    /// How many API keys its members may have together.
    pub key_quota: i32,
    /// Whether its members need a second factor.
    pub require_mfa: bool,
    /// Networks from which it is used, at most 32; empty for any.
    pub ip_allow: Vec<String>,
    /// The person with whom it ended, because nobody else was in it.
    pub closed_with: Option<UserId>,
}
no_relations!();
