//! SkyPanel's schema as forward-safe SQL migrations, and the check that it is what it should be.
//!
//! Invariant: a migration that was released never changes; what is wrong with it is mended by a
//! later one. Everything runs as the owner role; the app role only ever gets grants.

use sea_orm_migration::prelude::DbErr;
use sea_orm_migration::sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement, TransactionTrait};
use sea_orm_migration::{MigrationTrait, MigratorTrait};

mod verify;
mod versions;

use versions::VERSIONS;

/// Advisory lock that serialises migrations of one database ("skypanel" as bytes).
const LOCK_KEY: i64 = 0x736b_7970_616e_656c;

/// The list of migrations, oldest first.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        VERSIONS.iter().map(|version| Box::new(*version) as Box<dyn MigrationTrait>).collect()
    }
}

/// The names of all migrations that this build knows, oldest first.
#[must_use]
pub fn names() -> Vec<String> {
    VERSIONS.iter().map(|version| version.name.to_owned()).collect()
}

/// Applies what is pending under an advisory lock, then verifies the schema.
///
/// # Errors
/// When the database refuses a statement, or when the schema afterwards lacks something.
pub async fn up(db: &DatabaseConnection) -> Result<(), DbErr> {
    apply(db, None).await?;
    verify::verify(db).await
}

/// Applies what is pending up to the version of this name, and verifies nothing: a schema of an earlier version, for
/// tests of the way from there.
///
/// # Errors
/// When no version has this name, or the database refuses a statement.
pub async fn up_to(db: &DatabaseConnection, name: &str) -> Result<(), DbErr> {
    let versions = status(db).await?;
    let last = versions.iter().position(|(known, _)| known == name);
    let last = last.ok_or_else(|| DbErr::Migration(format!("no version is called {name}")))?;
    let pending = versions[..=last].iter().filter(|(_, applied)| !applied).count();
    apply(db, u32::try_from(pending).ok()).await
}

/// Applies so many pending versions, or all.
async fn apply(db: &DatabaseConnection, steps: Option<u32>) -> Result<(), DbErr> {
    // The lock lives in a transaction of its own connection and goes when that ends.
    let lock = db.begin().await?;
    lock.execute_raw(statement(&format!("select pg_advisory_xact_lock({LOCK_KEY})"))).await?;
    Migrator::up(db, steps).await?;
    lock.commit().await
}

/// What the app role may do beside its work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Freedom {
    /// Nothing: what production grants.
    None,
    /// Move business time and choose who is an administrator, as tests and demonstrations do.
    Development,
}

/// Grants the app role this freedom, and takes back any other.
///
/// # Errors
/// When the database refuses a statement.
pub async fn grant(db: &DatabaseConnection, freedom: Freedom) -> Result<(), DbErr> {
    let statement = match freedom {
        Freedom::None => {
            "revoke insert, update, delete on clock_offset from skypanel_app;
             revoke execute on function may_choose_roles() from skypanel_app"
        }
        Freedom::Development => {
            "grant insert, update, delete on clock_offset to skypanel_app;
             grant execute on function may_choose_roles() to skypanel_app"
        }
    };
    db.execute_unprepared(statement).await?;
    Ok(())
}

/// Drops every table and applies all migrations again. All data are lost.
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
    VERSIONS.hash(&mut hasher);
    hasher.finish()
}
