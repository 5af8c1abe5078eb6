//! Where the time of a job goes: CPU by process, commits, and the statements of our own path.

use std::time::Duration;

use anyhow::{Context as _, Result};
use comfy_table::{Table, presets};
use domain::db;
use sea_orm::{ConnectionTrait as _, DatabaseConnection};
use testkit::TestDatabase;
use testkit::stack::Stack;
use url::Url;

use super::ours::{Ours, WORKERS, scalar};
use crate::cpu::{parent, seconds, server_seconds};
use crate::right_from;
use crate::statements::Statements;

/// Statements shown, the costliest first.
const STATEMENTS: usize = 10;
/// Characters shown of a statement.
const STATEMENT_WIDTH: usize = 96;

/// The servers whose work is measured.
#[derive(Debug)]
pub struct Meter {
    /// As the superuser, who may see everybody's statements.
    admin: DatabaseConnection,
    postgres: u32,
    redis: u32,
    statistics_lag: Duration,
}

/// CPU seconds of the servers up to an instant.
#[derive(Clone, Copy, Debug, Default)]
pub struct Reading {
    postgres: f64,
    redis: f64,
}

/// What so many jobs used.
#[derive(Clone, Copy, Debug)]
pub struct Usage {
    /// CPU milliseconds of the worker processes for each job.
    pub workers_ms: f64,
    /// CPU milliseconds of `PostgreSQL`.
    pub postgres_ms: f64,
    /// CPU milliseconds of Redis.
    pub redis_ms: f64,
    /// Transactions committed, those of enqueuing among them.
    pub commits: f64,
}

impl Meter {
    /// Finds the servers.
    ///
    /// # Errors
    /// When one can't be asked.
    pub async fn open(database: &TestDatabase, redis_url: &str, statistics_lag: Duration) -> Result<Self> {
        let admin = testkit::database::connect(&database.superuser_url()).await?;
        let backend: Option<i32> = scalar(&admin, "select pg_backend_pid()").await?;
        let postgres = parent(u32::try_from(backend.context("a backend")?)?).context("PostgreSQL's first process")?;
        let mut connection = redis::Client::open(redis_url)?.get_multiplexed_async_connection().await?;
        let info: String = redis::cmd("INFO").arg("server").query_async(&mut connection).await?;
        let redis = info.lines().find_map(|line| line.strip_prefix("process_id:")).context("Redis' process")?;
        Ok(Self { admin, postgres, redis: redis.trim().parse()?, statistics_lag })
    }

    /// CPU seconds up to now.
    #[must_use]
    pub fn read(&self) -> Reading {
        Reading { postgres: server_seconds(self.postgres), redis: seconds(self.redis) }
    }

    /// Writes out what was filled in, so that a measurement does not pay for it.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn checkpoint(&self) -> Result<()> {
        self.admin.execute_unprepared("checkpoint").await?;
        Ok(())
    }

    /// Transactions committed in a database so far, once its backends have told.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn commits(&self, database: &Url) -> Result<i64> {
        tokio::time::sleep(self.statistics_lag).await;
        let statement = db::sql(
            "select xact_commit from pg_stat_database where datname = $1",
            [database.path().trim_start_matches('/').into()],
        );
        db::scalar(&self.admin, statement).await?.context("the database's figures")
    }
}

impl Usage {
    /// What was used between two readings, for each of so many jobs.
    #[must_use]
    pub fn of(jobs: usize, workers_s: f64, readings: (Reading, Reading), commits: i64) -> Self {
        #[expect(clippy::cast_precision_loss, reason = "counts of jobs and commits")]
        let (jobs, commits) = (jobs as f64, commits as f64);
        let (from, to) = readings;
        Self {
            workers_ms: workers_s * 1000.0 / jobs,
            postgres_ms: (to.postgres - from.postgres) * 1000.0 / jobs,
            redis_ms: (to.redis - from.redis) * 1000.0 / jobs,
            commits: commits / jobs,
        }
    }
}

/// CPU seconds of our workers.
#[must_use]
pub fn workers_s(stack: &Stack) -> f64 {
    WORKERS.iter().filter_map(|name| stack.pid(name)).map(seconds).sum()
}

/// The table of who used what, a line for each queue.
#[must_use]
pub fn usage_table(lines: &[(String, Usage)]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::UTF8_HORIZONTAL_ONLY).set_header([
        "for each no-op job",
        "worker processes, CPU ms",
        "PostgreSQL, CPU ms",
        "Redis, CPU ms",
        "together",
        "commits",
    ]);
    for (name, usage) in lines {
        let together = usage.workers_ms + usage.postgres_ms + usage.redis_ms;
        let ms = |value: f64| format!("{value:.3}");
        table.add_row([
            name.clone(),
            ms(usage.workers_ms),
            ms(usage.postgres_ms),
            ms(usage.redis_ms),
            ms(together),
            format!("{:.2}", usage.commits),
        ]);
    }
    right_from(&mut table, 1);
    table
}

/// The statements of our own path, the costliest first; none where the server does not count them.
///
/// # Errors
/// When the jobs are not done.
pub async fn statements(ours: &mut Ours, jobs: u32) -> Result<Option<Table>> {
    let Some(statements) = Statements::open(&ours.stack.database).await? else { return Ok(None) };
    let before = statements.read().await?;
    ours.drain(usize::try_from(jobs)?, |_, _| ()).await?;
    ours.stop_workers().await?;
    let mut table = Table::new();
    table.load_style(presets::UTF8_HORIZONTAL_ONLY).set_header([
        "statement",
        "calls a job",
        "ms a job",
        "rows a job",
        "WAL bytes a job",
    ]);
    let each = |sum: f64| sum / f64::from(jobs);
    for (query, counted) in statements.read().await?.since(&before).sent().into_iter().take(STATEMENTS) {
        table.add_row([
            query.chars().take(STATEMENT_WIDTH).collect(),
            format!("{:.4}", each(counted.calls)),
            format!("{:.4}", each(counted.ms)),
            format!("{:.3}", each(counted.rows)),
            format!("{:.0}", each(counted.wal_bytes)),
        ]);
    }
    right_from(&mut table, 1);
    Ok(Some(table))
}
