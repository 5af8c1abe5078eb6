//! Identity, catalog, servers, jobs, activity and the ledger.

use sea_orm_migration::prelude::*;

/// Its statements, in order.
pub const PARTS: &[&str] = &[
    include_str!("sql/0001_roles.sql"),
    include_str!("sql/0001_identity.sql"),
    include_str!("sql/0001_catalog.sql"),
    include_str!("sql/0001_jobs.sql"),
    include_str!("sql/0001_vps.sql"),
    include_str!("sql/0001_ledger.sql"),
    include_str!("sql/0001_triggers.sql"),
    include_str!("sql/0001_grants.sql"),
];

/// The first migration.
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
