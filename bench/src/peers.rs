//! Other job queues, as `bench/peers` measures them: one run of its program for each figure.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, BufReader};
use tokio::process::Command;

use testkit::database::TestDatabase;

/// A run that takes longer is given up; the program's own limit is 10 minutes.
const LIMIT: Duration = Duration::from_mins(12);

/// A job queue beside ours, in one of the shapes that `bench/peers/README.md` describes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Peer {
    /// Graphile Worker with its default settings.
    Graphile,
    /// Graphile Worker with its batching on.
    GraphileBatch,
    /// pg-boss, a job at a time.
    PgBoss,
    /// pg-boss, taking as many jobs at once as may run.
    PgBossBatch,
    /// `BullMQ` on Redis.
    BullMq,
}

impl Peer {
    /// All of them, in the order of the table.
    pub const ALL: [Self; 5] = [Self::Graphile, Self::GraphileBatch, Self::PgBoss, Self::PgBossBatch, Self::BullMq];

    /// As the table calls it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Graphile => "Graphile Worker",
            Self::GraphileBatch => "Graphile Worker, batching",
            Self::PgBoss => "pg-boss",
            Self::PgBossBatch => "pg-boss, batches",
            Self::BullMq => "BullMQ",
        }
    }

    /// As the program calls it, and its shape.
    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Graphile => ("graphile", "default"),
            Self::GraphileBatch => ("graphile", "batch"),
            Self::PgBoss => ("pgboss", "default"),
            Self::PgBossBatch => ("pgboss", "batch"),
            Self::BullMq => ("bullmq", "default"),
        }
    }
}

/// What came of no-op jobs that waited already.
#[derive(Clone, Debug, Deserialize)]
pub struct Throughput {
    /// The package's version.
    pub version: String,
    /// From the first handler's start until the last job was settled.
    pub jobs_per_s: f64,
    /// CPU seconds of the worker processes since their first job.
    pub cpu_s: f64,
}

/// From a job's commit to its handler's start, on idle workers.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct Latency {
    /// Milliseconds that half of the jobs stayed under.
    pub p50_ms: f64,
    /// Milliseconds that 99 of 100 jobs stayed under.
    pub p99_ms: f64,
}

/// Many jobs in one call.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct Enqueue {
    /// Seconds until the call came back.
    pub seconds: f64,
}

#[derive(Deserialize)]
struct Mark {
    mark: String,
}

/// The peers' program, and the servers that it is pointed at.
#[derive(Debug)]
pub struct Peers {
    folder: PathBuf,
    /// A database of theirs on the cluster that ours stands on.
    pub database: TestDatabase,
    redis_url: String,
    concurrency: u32,
}

impl Peers {
    /// A database for them. `concurrency` is how many jobs each worker process runs at once.
    ///
    /// # Errors
    /// When their packages are not installed, or the database can't be made.
    pub async fn open(redis_url: &str, concurrency: u32) -> Result<Self> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("the checkout")?.join("bench/peers");
        ensure!(folder.join("node_modules").is_dir(), "the peers are not installed; run ./dev bench jobs");
        Ok(Self { folder, database: TestDatabase::create().await?, redis_url: redis_url.to_owned(), concurrency })
    }

    /// One measurement of a peer, with so many jobs. `marked` hears the names of the lines that say
    /// where the program stands.
    ///
    /// # Errors
    /// When the program fails; its last words are in the error.
    pub async fn measure<T: DeserializeOwned>(
        &self,
        peer: Peer,
        what: &str,
        jobs: usize,
        mut marked: impl FnMut(&str),
    ) -> Result<T> {
        let mut child = self.command(peer, what, jobs).spawn().context("starting node")?;
        let mut lines = BufReader::new(child.stdout.take().context("its output")?).lines();
        let (mut stderr, mut complaint) = (child.stderr.take().context("its complaints")?, String::new());
        let read = async {
            let mut last = None;
            while let Some(line) = lines.next_line().await? {
                match serde_json::from_str::<Mark>(&line) {
                    Ok(Mark { mark }) => marked(&mark),
                    Err(_) => last = Some(line),
                }
            }
            anyhow::Ok(last)
        };
        let both = async { tokio::try_join!(read, async { Ok(stderr.read_to_string(&mut complaint).await?) }) };
        let (result, _) = tokio::time::timeout(LIMIT, both).await.context("it does not end")??;
        let status = child.wait().await?;
        ensure!(status.success(), "{}", complaint.trim().lines().last().unwrap_or("it ended without a word"));
        let result = result.context("it printed no result")?;
        serde_json::from_str(&result).with_context(|| format!("its result is {result}"))
    }

    fn command(&self, peer: Peer, what: &str, jobs: usize) -> Command {
        let (name, shape) = peer.words();
        let mut command = Command::new("node");
        command
            .current_dir(&self.folder)
            .args(["run.mjs", name, what, "--shape", shape, "--jobs", &jobs.to_string()])
            .args(["--concurrency", &self.concurrency.to_string()])
            .args(["--database", self.database.owner_url.as_str(), "--redis", &self.redis_url])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        command
    }
}
