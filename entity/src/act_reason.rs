//! Why people did what the event log says.

use sea_orm::entity::prelude::*;

use crate::table::no_relations;

/// A row of `act_reason`: free text, which may be erased while its event stays.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "act_reason")]
pub struct Model {
    /// References `activity`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub activity_id: i64,
    /// 1 to 500 characters.
    pub reason: String,
}
no_relations!();
