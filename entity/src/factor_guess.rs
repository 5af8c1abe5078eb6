//! Wrong codes, by user.

use sea_orm::entity::prelude::*;

use crate::UserId;
use crate::table::no_relations;

/// A row of `factor_guess`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "factor_guess")]
pub struct Model {
    /// References `app_user`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: UserId,
    /// When counting began: after a day it begins again; by business time.
    pub since: DateTimeUtc,
    /// Codes and passwords that were wrong since then, and those that are being checked.
    pub failed: i32,
}
no_relations!();
