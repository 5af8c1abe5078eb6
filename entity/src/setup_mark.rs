//! What an administrator ticked off in the set-up list.

use sea_orm::entity::prelude::*;

use crate::UserId;
use crate::table::no_relations;
use crate::text_enum::text_enum;

text_enum! {
    /// What no other row can tell about the set-up.
    pub enum SetupMark {
        /// The database is backed up.
        Backups = "backups",
        /// The list is no longer shown.
        Hidden = "hidden",
    }
}

/// A row of `setup_mark`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "setup_mark")]
pub struct Model {
    /// What was ticked off.
    #[sea_orm(primary_key, auto_increment = false)]
    pub name: SetupMark,
    /// By whom.
    pub marked_by: Option<UserId>,
    /// When; by business time.
    pub marked_at: DateTimeUtc,
}
no_relations!();
