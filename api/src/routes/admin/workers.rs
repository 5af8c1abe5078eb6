//! Worker processes: what they run, and the commands they are given.

use domain::worker::{self, Pool, WorkerView};
use domain::{Queue, WorkerState};
use poem::web::Data;
use poem_openapi::param::Path;
use poem_openapi::{Object, OpenApi};

use super::queues::Reason;
use crate::auth::Admin;
use crate::problem::Failure;
use crate::routes::Tag;
use crate::state::{Shared, State};
use crate::wire::{Answer, Body, Done, List, Time, Vocabulary, Word};

/// What a worker process is doing, as far as is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WorkerCondition {
    /// As it last reported.
    Says(WorkerState),
    /// It has not reported for a minute.
    Lost,
}

impl Vocabulary for WorkerCondition {
    const NAME: &'static str = "WorkerCondition";
    const ABOUT: &'static str = "What a worker process is doing; `lost` when it has not reported for a minute.";
    fn all() -> Vec<Self> {
        WorkerState::ALL.iter().map(|state| Self::Says(*state)).chain([Self::Lost]).collect()
    }
    fn word(self) -> &'static str {
        match self {
            Self::Says(state) => state.as_str(),
            Self::Lost => "lost",
        }
    }
}

/// The slots that a worker process has for one queue.
#[derive(Debug, Object)]
pub struct WorkerPool {
    /// The queue whose jobs it runs.
    queue: Word<Queue>,
    /// How many jobs it can run at the same time.
    slots: u32,
    /// How many jobs it is running.
    busy: u32,
}

impl From<Pool> for WorkerPool {
    fn from(pool: Pool) -> Self {
        Self { queue: Word(pool.queue), slots: pool.slots, busy: pool.busy }
    }
}

/// A worker process.
#[derive(Debug, Object)]
pub struct Worker {
    /// Its unique name, under which it holds leases.
    #[oai(validator(max_length = 200))]
    id: String,
    /// The name of the machine that it runs on.
    #[oai(validator(max_length = 300))]
    host: String,
    /// Its process id on that machine.
    pid: i32,
    /// The version of SkyPanel that it runs.
    #[oai(validator(max_length = 100))]
    version: String,
    /// What it is doing.
    state: Word<WorkerCondition>,
    /// What it was commanded to do; it learns of a change within seconds.
    wanted: Word<WorkerState>,
    /// The queues that it serves.
    #[oai(validator(max_items = 20))]
    queues: Vec<WorkerPool>,
    /// Its resident memory in bytes.
    memory_bytes: i64,
    /// When it started.
    started_at: Time,
    /// When it last reported.
    seen_at: Time,
    /// Kinds of open jobs that its version does not know and leaves to other workers.
    #[oai(validator(max_items = 100))]
    unknown_kinds: Vec<String>,
}

impl From<WorkerView> for Worker {
    fn from(worker: WorkerView) -> Self {
        let state = if worker.lost { WorkerCondition::Lost } else { WorkerCondition::Says(worker.state) };
        Self {
            queues: worker.pools().into_iter().map(WorkerPool::from).collect(),
            id: worker.id,
            host: worker.host,
            pid: worker.pid,
            version: worker.version,
            state: Word(state),
            wanted: Word(worker.wanted),
            memory_bytes: worker.memory_bytes,
            started_at: worker.started_at.into(),
            seen_at: worker.seen_at.into(),
            unknown_kinds: worker.unknown_kinds,
        }
    }
}

async fn tell(app: &State, admin: &Admin, id: &str, wanted: WorkerState, reason: &str) -> Result<Worker, Failure> {
    Ok(worker::command(&app.ctx, &admin.actor(), id, wanted, reason).await?.into())
}

/// Operations on worker processes.
pub struct WorkersApi;

#[OpenApi]
impl WorkersApi {
    /// List workers
    ///
    /// Every process that has reported within a day.
    #[oai(path = "/api/admin/workers", method = "get", operation_id = "listWorkers", tag = "Tag::Admin")]
    async fn list(&self, admin: Admin, app: Data<&Shared>) -> Done<List<Worker>> {
        Ok(Answer::new(List::of(worker::list(&app.ctx, &admin.actor()).await?, Worker::from)))
    }

    /// Quiet a worker
    ///
    /// It takes no new jobs until it is woken; running jobs continue.
    #[oai(path = "/api/admin/workers/:id/quiet", method = "post", operation_id = "quietWorker", tag = "Tag::Admin")]
    async fn quiet(
        &self,
        admin: Admin,
        app: Data<&Shared>,
        /// The worker's name.
        #[oai(validator(max_length = 200))]
        id: Path<String>,
        body: Body<Reason>,
    ) -> Done<Worker> {
        Ok(Answer::new(tell(&app, &admin, &id.0, WorkerState::Quiet, &body.0.reason).await?))
    }

    /// Wake a worker
    ///
    /// It takes jobs again.
    #[oai(path = "/api/admin/workers/:id/wake", method = "post", operation_id = "wakeWorker", tag = "Tag::Admin")]
    async fn wake(
        &self,
        admin: Admin,
        app: Data<&Shared>,
        /// The worker's name.
        #[oai(validator(max_length = 200))]
        id: Path<String>,
        body: Body<Reason>,
    ) -> Done<Worker> {
        Ok(Answer::new(tell(&app, &admin, &id.0, WorkerState::Running, &body.0.reason).await?))
    }

    /// Stop a worker
    ///
    /// It takes no new jobs, lets its running jobs finish, and exits.
    #[oai(path = "/api/admin/workers/:id/stop", method = "post", operation_id = "stopWorker", tag = "Tag::Admin")]
    async fn stop(
        &self,
        admin: Admin,
        app: Data<&Shared>,
        /// The worker's name.
        #[oai(validator(max_length = 200))]
        id: Path<String>,
        body: Body<Reason>,
    ) -> Done<Worker> {
        Ok(Answer::new(tell(&app, &admin, &id.0, WorkerState::Stopping, &body.0.reason).await?))
    }
}
