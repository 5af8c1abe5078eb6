//! Who belongs to which organisation.

use sea_orm::entity::prelude::*;

use crate::table::no_relations;
use crate::{OrgId, UserId};

/// A row of `org_member`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "org_member")]
pub struct Model {
    /// References `org`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub org_id: OrgId,
    /// References `app_user`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: UserId,
    /// When the user joined; by business time.
    pub created_at: DateTimeUtc,
}
no_relations!();
