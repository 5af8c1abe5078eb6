//! Reports of payment providers, compared with our books.

use sea_orm::entity::prelude::*;

use crate::table::no_relations;

/// A row of `payment_report`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "payment_report")]
pub struct Model {
    /// Up to when; by business time.
    #[sea_orm(primary_key, auto_increment = false)]
    pub at: DateTimeUtc,
    /// From when.
    pub since: DateTimeUtc,
    /// Movements that the provider reports.
    pub movements: i32,
    /// What differs, at most 100 of them.
    #[sea_orm(column_type = "JsonBinary")]
    pub differences: Json,
    /// How many differ.
    pub found: i32,
}
no_relations!();
