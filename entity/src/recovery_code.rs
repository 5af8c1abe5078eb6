//! Recovery codes: each is used once.

use sea_orm::entity::prelude::*;

use crate::UserId;
use crate::table::no_relations;

/// A row of `recovery_code`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "recovery_code")]
pub struct Model {
    /// References `app_user`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: UserId,
    /// SHA-256 of the code; the code itself is not stored.
    #[sea_orm(primary_key, auto_increment = false)]
    pub hash: Vec<u8>,
    /// By business time.
    pub created_at: DateTimeUtc,
    /// Set when it was used.
    pub used_at: Option<DateTimeUtc>,
}
no_relations!();
