//! A database for each test, copied from a template that is migrated once.

use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::{Context as _, Result};
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, Statement, TransactionTrait};
use url::Url;

static COUNT: AtomicU32 = AtomicU32::new(0);
/// Advisory lock under which the template is made ("template" as bytes).
const TEMPLATE_LOCK: i64 = 0x7465_6d70_6c61_7465;

/// A `PostgreSQL` server where databases can be made, by its three ways in. The path of an address counts for nothing.
#[derive(Clone, Debug)]
pub struct Server {
    /// As the superuser.
    pub admin: Url,
    /// As the role that runs.
    pub app: Url,
    /// As the role that owns the tables.
    pub owner: Url,
}

impl Server {
    /// The server that `./dev` started for this run.
    ///
    /// # Errors
    /// When the addresses are not in the environment.
    pub fn from_env() -> Result<Self> {
        Ok(Self {
            admin: env_url("TEST_DATABASE_ADMIN_URL")?,
            app: env_url("DATABASE_URL")?,
            owner: env_url("DATABASE_OWNER_URL")?,
        })
    }
}

/// A database of a test's own; dropped with the value.
#[derive(Debug)]
pub struct TestDatabase {
    name: String,
    admin: Url,
    /// `postgres://…` of the app role.
    pub url: Url,
    /// `postgres://…` of the owner.
    pub owner_url: Url,
    /// Its server ends with it, so that it need not be dropped.
    pub ends_with_server: bool,
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
    /// `postgres://…` of the superuser, for what only that one may do.
    #[must_use]
    pub fn superuser_url(&self) -> Url {
        with_name(self.admin.clone(), &self.name)
    }

    /// A database that exists on a server that ends with the caller.
    #[must_use]
    pub fn on(server: &Server, name: &str) -> Self {
        Self {
            url: with_name(server.app.clone(), name),
            owner_url: with_name(server.owner.clone(), name),
            admin: server.admin.clone(),
            ends_with_server: true,
            name: name.to_owned(),
        }
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Copies the template, making it first where it is missing.
    ///
    /// # Errors
    /// When the server can't be reached or refuses.
    pub async fn create() -> Result<Self> {
        Self::create_on(&Server::from_env()?).await
    }

    /// The same on a server of the caller's choice.
    ///
    /// # Errors
    /// When the server can't be reached or refuses.
    pub async fn create_on(server: &Server) -> Result<Self> {
        let db = connect(&server.admin).await?;
        let template = template(&db, server).await?;
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
            url: with_name(server.app.clone(), &name),
            owner_url: with_name(server.owner.clone(), &name),
            admin: server.admin.clone(),
            ends_with_server: false,
            name,
        })
    }
}

/// The template's name carries the migrations' text: a changed schema makes a new one.
async fn template(db: &DatabaseConnection, server: &Server) -> Result<String> {
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
        let owner = connect(&with_name(server.owner.clone(), &name)).await?;
        // Only a superuser may make the extension in a database that it does not own.
        let superuser = connect(&with_name(server.admin.clone(), &name)).await?;
        superuser.execute_unprepared("create extension if not exists btree_gist").await?;
        superuser.close().await?;
        migration::up(&owner).await?;
        migration::grant(&owner, migration::Freedom::Development).await?;
        owner.close().await?;
        db.execute_raw(statement(format!("alter database {name} allow_connections false"))).await?;
    }
    tx.commit().await?;
    Ok(name)
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        if self.ends_with_server {
            return;
        }
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
