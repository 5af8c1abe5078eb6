//! What organisations said of themselves, and since when.

use sea_orm::entity::prelude::*;

use crate::table::no_relations;
use crate::{OrgId, UserId};

/// A row of `billing_profile`: written by a trigger with each change of `org_profile`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "billing_profile")]
pub struct Model {
    /// Assigned by the database.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// References `org`.
    pub org_id: OrgId,
    /// What they said, without what they left out.
    #[sea_orm(column_type = "JsonBinary")]
    pub profile: Json,
    /// Since when; by business time.
    pub changed_at: DateTimeUtc,
    /// The user who said so; none for an erasure, and where it is not known.
    pub changed_by: Option<UserId>,
}
no_relations!();
