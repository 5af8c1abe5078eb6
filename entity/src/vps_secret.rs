//! Root passwords until their servers have them.

use sea_orm::entity::prelude::*;

use crate::table::no_relations;
use crate::{OrgId, VpsId};

/// A row of `vps_secret`: removed on success, and a day after an order failed.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "vps_secret")]
pub struct Model {
    /// References `vps`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub vps_id: VpsId,
    /// The server's.
    pub org_id: OrgId,
    /// The password, sealed for this row.
    pub sealed: Vec<u8>,
    /// By business time.
    pub created_at: DateTimeUtc,
}
no_relations!();
