//! A database for each test, copied from a template that is migrated once.

use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::{Context as _, Result};
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, Statement, TransactionTrait};
use url::Url;

static COUNT: AtomicU32 = AtomicU32::new(0);
/// Advisory lock under which the template is made ("template" as bytes).
const TEMPLATE_LOCK: i64 = 0x7465_6d70_6c61_7465;

/// A database of a test's own; dropped with the value.
#[derive(Debug)]
pub struct TestDatabase {
    name: String,
    admin: Url,
    /// `postgres://…` of the app role.
    pub url: Url,
    /// `postgres://…` of the owner.
    pub owner_url: Url,
}

fn env_url(name: &str) -> Result<Url> {
    let text = std::env::var(name)
        .with_context(|| format!("{name} is not set: run the tests with ./dev test, which starts what they need"))?;
    Ok(Url::parse(&text)?)
}

fn with_name(mut url: Url, name: &str) -> Url {
    url.set_path(name);
    url
}

/// A connection for a few statements; no pool.
///
/// # Errors
/// When the server can't be reached.
pub async fn connect(url: &Url) -> Result<DatabaseConnection> {
    let mut options = ConnectOptions::new(url.as_str());
    options.max_connections(2).sqlx_logging(false).connect_timeout(std::time::Duration::from_secs(10));
    Ok(Database::connect(options).await?)
}

fn statement(sql: impl Into<String>) -> Statement {
    Statement::from_string(DbBackend::Postgres, sql)
}

impl TestDatabase {
    /// Copies the template, making it first where it is missing.
    ///
    /// # Errors
    /// When the server can't be reached or refuses.
    pub async fn create() -> Result<Self> {
        let admin = env_url("TEST_DATABASE_ADMIN_URL")?;
        let db = connect(&admin).await?;
        let template = template(&db, &admin).await?;
        let name = format!("t_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        // Another test may be copying the template at this moment, which PostgreSQL refuses.
        let mut tries = 0;
        loop {
            match db
                .execute_raw(statement(format!(
                    "create database {name} template {template} owner skypanel_owner strategy file_copy"
                )))
                .await
            {
                Ok(_) => break,
                Err(_) if tries < 200 => {
                    tries += 1;
                    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
                }
                Err(error) => return Err(error.into()),
            }
        }
        db.close().await?;
        Ok(Self {
            url: with_name(env_url("DATABASE_URL")?, &name),
            owner_url: with_name(env_url("DATABASE_OWNER_URL")?, &name),
            admin,
            name,
        })
    }
}

/// The template's name carries the migrations' text: a changed schema makes a new one.
async fn template(db: &DatabaseConnection, admin: &Url) -> Result<String> {
    let name = format!("template_{:016x}", migration::fingerprint());
    let tx = db.begin().await?;
    tx.execute_raw(statement(format!("select pg_advisory_xact_lock({TEMPLATE_LOCK})"))).await?;
    let there = db
        .query_one_raw(statement(format!("select 1 from pg_database where datname = '{name}' and not datallowconn")))
        .await?
        .is_some();
    if !there {
        db.execute_raw(statement(format!("drop database if exists {name}"))).await?;
        db.execute_raw(statement(format!("create database {name} owner skypanel_owner"))).await?;
        let owner = connect(&with_name(env_url("DATABASE_OWNER_URL")?, &name)).await?;
        // Only a superuser may make the extension in a database that it does not own.
        let superuser = connect(&with_name(admin.clone(), &name)).await?;
        superuser.execute_unprepared("create extension if not exists btree_gist").await?;
        superuser.close().await?;
        migration::up(&owner).await?;
        owner.close().await?;
        db.execute_raw(statement(format!("alter database {name} allow_connections false"))).await?;
    }
    tx.commit().await?;
    Ok(name)
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        let (admin, name) = (self.admin.clone(), self.name.clone());
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(async {
                let db = connect(&admin).await?;
                db.execute_raw(statement(format!("drop database if exists {name} with (force)"))).await?;
                db.close().await?;
                anyhow::Ok(())
            })
        })
        .join();
        if !matches!(dropped, Ok(Ok(()))) {
            eprintln!("the database {} of a test was left behind", self.name);
        }
    }
}
