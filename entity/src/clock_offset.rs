//! How far business time is moved, outside production.

use sea_orm::entity::prelude::*;

use crate::Interval;
use crate::table::no_relations;

/// The one row of `clock_offset`, where there is one.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "clock_offset")]
pub struct Model {
    /// Always true.
    #[sea_orm(primary_key, auto_increment = false)]
    pub one: bool,
    /// Added to `PostgreSQL`'s clock.
    #[sea_orm(save_as = "interval")]
    pub ahead: Interval,
}
no_relations!();
