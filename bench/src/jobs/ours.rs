//! The same measurements on our own path: rows written by the rules, worked by the real worker processes.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use chrono::{DateTime, Utc};
use domain::work::{Job, NewJob, enqueue, enqueue_many};
use domain::{Ctx, JobId, db};
use sea_orm::{ConnectionTrait as _, DatabaseConnection, FromQueryResult};
use testkit::stack::Stack;

use crate::customers;
use crate::peers::{Enqueue, Latency};

/// The two worker processes by name.
pub const WORKERS: [&str; 2] = ["worker-1", "worker-2"];
/// The queue of probes.
pub const QUEUE: &str = "mail";

/// Between two jobs of the latency measurement; as in the peers' program.
const BETWEEN: Duration = Duration::from_millis(50);
/// How long workers come to rest before it; as in the peers' program.
const SETTLE: Duration = Duration::from_millis(1_500);
/// Jobs that take longer are given up.
const LIMIT: Duration = Duration::from_mins(10);
/// How often the end is looked for.
const LOOK: Duration = Duration::from_millis(5);

/// An installation of ours whose workers only do probes.
#[derive(Debug)]
pub struct Ours {
    /// Its processes.
    pub stack: Stack,
    /// The rules, as the API has them.
    pub ctx: Ctx,
    /// The database as its owner, for what no process of ours may do.
    pub owner: DatabaseConnection,
    redis: redis::Client,
}

/// No-op jobs that waited already.
#[derive(Clone, Copy, Debug)]
pub struct Drained {
    /// From the first claim until none was open.
    pub took: Duration,
    /// How many there were.
    pub jobs: usize,
}

impl Drained {
    /// Jobs done a second.
    #[must_use]
    pub fn jobs_per_s(self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "a count of jobs")]
        let jobs = self.jobs as f64;
        jobs / self.took.as_secs_f64()
    }
}

const LOOK_FOR_OPEN: &str = "
select clock_timestamp() as now,
       exists (select from job where queue = $1 and state in ('queued', 'waiting', 'retry'))
           or exists (select from job where state = 'running') as open";

#[derive(FromQueryResult)]
struct Look {
    now: DateTime<Utc>,
    open: bool,
}

impl Ours {
    /// Starts it with so many slots in each worker, on the Redis that the peers use too, and stops what
    /// has no part in the measurements. `extra` settings come on top.
    ///
    /// # Errors
    /// When a process does not come up.
    pub async fn start(redis_url: &str, slots: u32, extra: &[(&str, &str)]) -> Result<Self> {
        let queues = format!("{QUEUE}={slots}");
        let settings = [("WORKER_QUEUES", queues.as_str()), ("REDIS_URL", redis_url), ("RUST_LOG", "warn")];
        let mut stack = Stack::start(&[&settings, extra].concat()).await?;
        stack.kill("scheduler").await?;
        let ctx = customers::ctx(&stack).await?;
        let owner = testkit::database::connect(&stack.database.owner_url).await?;
        Ok(Self { stack, ctx, owner, redis: redis::Client::open(redis_url)? })
    }

    /// Stops the workers, those that run.
    ///
    /// # Errors
    /// When one can't be stopped.
    pub async fn stop_workers(&mut self) -> Result<()> {
        for name in WORKERS {
            if self.stack.pid(name).is_some() {
                self.stack.kill(name).await?;
            }
        }
        Ok(())
    }

    /// Starts the workers.
    ///
    /// # Errors
    /// When one can't be started.
    pub fn start_workers(&mut self) -> Result<()> {
        WORKERS.iter().try_for_each(|name| self.stack.start_role(name, &["worker"]))
    }

    /// No worker, no job and no ring, as on the first day.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn clear(&mut self) -> Result<()> {
        self.stop_workers().await?;
        self.owner.execute_unprepared("truncate job, job_step").await?;
        self.owner.execute_unprepared("vacuum analyze job").await?;
        let mut redis = self.redis.get_multiplexed_async_connection().await?;
        redis::cmd("FLUSHDB").query_async::<()>(&mut redis).await?;
        Ok(())
    }

    /// No-op jobs, committed before the two workers start: from the first claim until none is open.
    /// `marked` hears when they are enqueued and when they are settled; the workers still run then.
    ///
    /// # Errors
    /// When they are not all done, or done more than once.
    pub async fn drain(&mut self, jobs: usize, mut marked: impl FnMut(&str, &Stack)) -> Result<Drained> {
        self.clear().await?;
        self.enqueue_many(jobs).await?;
        marked("enqueued", &self.stack);
        self.start_workers()?;
        let ended = self.await_none_open().await?;
        marked("settled", &self.stack);
        let began: Option<DateTime<Utc>> = scalar(&self.owner, "select min(started_at) from job").await?;
        let sound: Option<bool> = scalar(
            &self.owner,
            &format!("select count(*) = {jobs} and bool_and(state = 'succeeded' and lease_token = 1) from job"),
        )
        .await?;
        ensure!(sound == Some(true), "not every job was done, and done once");
        let took = (ended - began.unwrap_or(ended)).to_std().unwrap_or_default();
        Ok(Drained { took, jobs })
    }

    /// The instant at which no job was open any more.
    async fn await_none_open(&self) -> Result<DateTime<Utc>> {
        let began = Instant::now();
        loop {
            let look: Option<Look> = db::one(&self.owner, db::sql(LOOK_FOR_OPEN, [QUEUE.into()])).await?;
            match look {
                Some(Look { now, open: false }) => return Ok(now),
                _ if began.elapsed() > LIMIT => anyhow::bail!("jobs are still open after {LIMIT:?}"),
                _ => tokio::time::sleep(LOOK).await,
            }
        }
    }

    /// So many jobs in one call and one transaction.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn enqueue_many(&self, jobs: usize) -> Result<Enqueue> {
        let new: Vec<_> = (0..jobs).map(|_| NewJob::new(Job::Probe { sleep_ms: None })).collect();
        let began = Instant::now();
        let tx = self.ctx.begin().await?;
        let ids = enqueue_many(&self.ctx, &tx, &new).await?;
        tx.commit().await?;
        let seconds = began.elapsed().as_secs_f64();
        ensure!(ids.len() == jobs, "{} of {jobs} jobs were enqueued", ids.len());
        Ok(Enqueue { seconds })
    }

    /// One job at a time for idle workers: from its commit, as the caller sees it, to its handler's
    /// start, as the worker writes it to its log.
    ///
    /// # Errors
    /// When a job is not done, or no log tells of its start.
    pub async fn idle(&mut self, jobs: usize) -> Result<Latency> {
        self.clear().await?;
        for name in WORKERS {
            self.stack.start_role_with(name, &["worker"], &[("RUST_LOG", "warn,workers::execute=debug")])?;
        }
        self.enqueue_one().await?;
        self.await_none_open().await?;
        tokio::time::sleep(SETTLE).await;
        let mut committed = Vec::with_capacity(jobs);
        for _ in 0..jobs {
            committed.push(self.enqueue_one().await?);
            tokio::time::sleep(BETWEEN).await;
        }
        self.await_none_open().await?;
        let starts = self.starts().await?;
        let mut times = Vec::with_capacity(jobs);
        for (id, at) in committed {
            let start = starts.get(&id.to_string()).with_context(|| format!("no worker tells of the start of {id}"))?;
            times.push((*start - at).to_std().unwrap_or_default());
        }
        times.sort_unstable();
        let ms = |share| crate::load::percentile(&times, share).as_secs_f64() * 1000.0;
        Ok(Latency { p50_ms: ms(0.5), p99_ms: ms(0.99) })
    }

    /// When the handlers of jobs began, as the workers' logs have it: an instant first, then the job's
    /// id in its span.
    async fn starts(&self) -> Result<HashMap<String, DateTime<Utc>>> {
        let mut begun = HashMap::new();
        for name in WORKERS {
            let log = tokio::fs::read_to_string(self.stack.log(name)).await?;
            for line in log.lines().filter(|line| line.ends_with("job begins")) {
                let (at, rest) = line.split_once(' ').context("a line of a log begins with its instant")?;
                let id = rest.split_once("job.id=").and_then(|(_, id)| id.split([' ', '}']).next());
                begun.insert(id.context("the span names the job")?.to_owned(), at.parse()?);
            }
        }
        Ok(begun)
    }

    async fn enqueue_one(&self) -> Result<(JobId, DateTime<Utc>)> {
        let tx = self.ctx.begin().await?;
        let id = enqueue(&self.ctx, &tx, NewJob::new(Job::Probe { sleep_ms: None })).await?;
        tx.commit().await?;
        Ok((id, machine_now()))
    }
}

/// The machine's clock, which its `PostgreSQL` reads too.
#[expect(clippy::disallowed_methods, reason = "an instant is compared with the database's on the same machine")]
fn machine_now() -> DateTime<Utc> {
    Utc::now()
}

/// The first column of a statement's first row; none where that is null.
pub(super) async fn scalar<T: sea_orm::TryGetable>(db: &DatabaseConnection, statement: &str) -> Result<Option<T>> {
    Ok(db::scalar::<Option<T>>(db, db::sql(statement, [])).await?.flatten())
}
