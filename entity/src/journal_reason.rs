//! Why administrators moved money.

use sea_orm::entity::prelude::*;

use crate::table::no_relations;

/// A row of `journal_reason`: free text, which may be erased while its journal stays.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "journal_reason")]
pub struct Model {
    /// References `journal`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub journal_id: i64,
    /// 1 to 500 characters.
    pub reason: String,
}
no_relations!();
