//! One noun, one name.

use sea_orm_migration::prelude::*;

/// Its statements, in order.
pub const PARTS: &[&str] = &[include_str!("sql/0003_names.sql")];

/// The third migration.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        super::apply(manager, PARTS).await
    }

    async fn down(&self, _: &SchemaManager) -> Result<(), DbErr> {
        Err(super::forward_only())
    }
}
