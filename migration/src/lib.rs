//! SkyPanel's schema as forward-safe SQL migrations, and the check that it is what it should be.
//!
//! Invariant: a migration that was released never changes; what is wrong with it is mended by a
//! later one. Everything runs as the owner role; the app role only ever gets grants.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement, TransactionTrait};

mod m20261122_000001_initial;
mod m20261123_000002_platform;
mod m20261129_000003_names;
mod verify;

/// Advisory lock that serialises migrations of one database ("skypanel" as bytes).
const LOCK_KEY: i64 = 0x736b_7970_616e_656c;

/// The list of migrations, oldest first.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261122_000001_initial::Migration),
            Box::new(m20261123_000002_platform::Migration),
            Box::new(m20261129_000003_names::Migration),
        ]
    }
}

/// Runs the statements of a migration, in its transaction.
async fn apply(manager: &SchemaManager<'_>, parts: &[&str]) -> Result<(), DbErr> {
    let db = manager.get_connection();
    for part in parts {
        db.execute_unprepared(part).await?;
    }
    Ok(())
}

/// Why no migration goes back.
fn forward_only() -> DbErr {
    DbErr::Migration("migrations go forward only; restore a backup instead".to_owned())
}

/// The names of all migrations that this build knows, oldest first.
#[must_use]
pub fn names() -> Vec<String> {
    Migrator::migrations().iter().map(|migration| migration.name().to_owned()).collect()
}

/// Applies what is pending under an advisory lock, then verifies the schema.
///
/// # Errors
/// When the database refuses a statement, or when the schema afterwards lacks something.
pub async fn up(db: &DatabaseConnection) -> Result<(), DbErr> {
    // The lock lives in a transaction of its own connection and goes when that ends.
    let lock = db.begin().await?;
    lock.execute_raw(statement(&format!("select pg_advisory_xact_lock({LOCK_KEY})"))).await?;
    Migrator::up(db, None).await?;
    lock.commit().await?;
    verify::verify(db).await
}

/// Drops every table and applies all migrations anew. All data are lost.
///
/// # Errors
/// When the database refuses a statement.
pub async fn fresh(db: &DatabaseConnection) -> Result<(), DbErr> {
    reset(db).await?;
    up(db).await
}

/// Drops every table, function and type of the schema. All data are lost.
///
/// # Errors
/// When the database refuses a statement.
pub async fn reset(db: &DatabaseConnection) -> Result<(), DbErr> {
    db.execute_unprepared("drop schema public cascade; create schema public; grant usage on schema public to public")
        .await?;
    Ok(())
}

/// Every migration with whether the database has it, oldest first.
///
/// # Errors
/// When the database does not answer.
pub async fn status(db: &DatabaseConnection) -> Result<Vec<(String, bool)>, DbErr> {
    let applied = applied(db).await?;
    Ok(names()
        .into_iter()
        .map(|name| {
            let done = applied.contains(&name);
            (name, done)
        })
        .collect())
}

async fn applied(db: &DatabaseConnection) -> Result<Vec<String>, DbErr> {
    let exists = db
        .query_one_raw(statement("select to_regclass('public.seaql_migrations') is not null as there"))
        .await?
        .map(|row| row.try_get::<bool>("", "there"))
        .transpose()?
        .unwrap_or(false);
    if !exists {
        return Ok(Vec::new());
    }
    db.query_all_raw(statement("select version from seaql_migrations order by version"))
        .await?
        .iter()
        .map(|row| row.try_get("", "version"))
        .collect()
}

fn statement(sql: &str) -> Statement {
    Statement::from_string(DbBackend::Postgres, sql)
}

/// A fingerprint of all migrations' text: another schema, another fingerprint.
#[must_use]
pub fn fingerprint() -> u64 {
    use std::hash::{DefaultHasher, Hash as _, Hasher as _};
    let mut hasher = DefaultHasher::new();
    m20261122_000001_initial::PARTS.hash(&mut hasher);
    m20261123_000002_platform::PARTS.hash(&mut hasher);
    m20261129_000003_names::PARTS.hash(&mut hasher);
    hasher.finish()
}
