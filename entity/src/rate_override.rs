//! What single users may send, beside what everybody may.

use sea_orm::entity::prelude::*;

use crate::UserId;
use crate::table::no_relations;

/// A row of `rate_override`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "rate_override")]
pub struct Model {
    /// Whose limit it is.
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: UserId,
    /// Requests per window, 1 to 1,000,000.
    pub max: i32,
    /// The window in seconds, at most a day.
    pub window_s: i32,
    /// Why, in words of 1 to 500 characters.
    pub reason: String,
    /// From when on the tier's limit holds again; by business time.
    pub expires_at: DateTimeUtc,
    /// Who set it; none for the command line.
    pub set_by: Option<UserId>,
    /// When it was set; by business time.
    pub set_at: DateTimeUtc,
}
no_relations!();
