//! Organisations: the tenants, each with one wallet.

use sea_orm::entity::prelude::*;

use crate::OrgId;
use crate::table::no_relations;

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
}
no_relations!();
