//! Resets of factors that wait for their time.

use sea_orm::entity::prelude::*;

use crate::UserId;
use crate::table::no_relations;

/// A row of `factor_reset`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "factor_reset")]
pub struct Model {
    /// Whose factors are reset.
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: UserId,
    /// The administrator who asked for it; none for the operator.
    pub requested_by: Option<UserId>,
    /// Why, 1 to 500 characters.
    pub reason: String,
    /// By business time.
    pub requested_at: DateTimeUtc,
    /// When it is done unless it is cancelled; by business time.
    pub due_at: DateTimeUtc,
}
no_relations!();
