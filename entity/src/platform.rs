//! What is true of the installation as a whole.

use sea_orm::entity::prelude::*;

use crate::table::no_relations;

/// The one row of `platform`; the app role reads it only.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "platform")]
pub struct Model {
    /// Always true.
    #[sea_orm(primary_key, auto_increment = false)]
    pub one: bool,
    /// In the tag of every machine that this installation creates.
    pub install_id: Uuid,
}
no_relations!();
