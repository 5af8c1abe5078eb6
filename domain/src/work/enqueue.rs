//! Enqueuing jobs of every kind, in the transaction of the intent.

use entity::job::Queue;
use entity::{CloudId, JobId, OrgId, UserId, VpsId};
use sea_orm::ConnectionTrait;

use super::kind::{Subject, vps_key};
use super::kinds::Job;
use crate::error::{Error, Result};
use crate::queue::{self, NewRow};
use crate::{Actor, Ctx, db};

/// A job to be done, and for whom.
#[derive(Clone, Debug)]
pub struct NewJob {
    id: Option<JobId>,
    job: Job,
    org: Option<OrgId>,
    actor: Option<UserId>,
    impersonator: Option<UserId>,
    cloud: Option<CloudId>,
    retry_of: Option<JobId>,
    limited: bool,
}

impl NewJob {
    /// A job of the platform itself.
    #[must_use]
    pub fn new(job: Job) -> Self {
        Self {
            id: None,
            job,
            org: None,
            actor: None,
            impersonator: None,
            cloud: job.cloud(),
            retry_of: None,
            limited: false,
        }
    }

    /// Its id, where something is to name it before it is written; a new one otherwise.
    #[must_use]
    pub fn id(mut self, id: JobId) -> Self {
        self.id = Some(id);
        self
    }

    /// The organisation that it works for.
    #[must_use]
    pub fn org(mut self, org: impl Into<Option<OrgId>>) -> Self {
        self.org = org.into();
        self
    }

    /// The user who asked for it.
    #[must_use]
    pub fn actor(mut self, actor: impl Into<Option<UserId>>) -> Self {
        self.actor = actor.into();
        self
    }

    /// Who asked for it, with the administrator in their place.
    #[must_use]
    pub fn by(mut self, actor: &Actor) -> Self {
        (self.actor, self.impersonator) = (actor.user(), actor.impersonator());
        self
    }

    /// The cloud that it speaks to, where the server's row does not exist yet to say so.
    #[must_use]
    pub fn cloud(mut self, cloud: CloudId) -> Self {
        self.cloud = Some(cloud);
        self
    }

    /// A customer asked for it: refused while theirs pile up. Whether the platform is far behind is asked before, with
    /// [`admit`]: a transaction must not wait for another connection.
    #[must_use]
    pub fn limited(mut self) -> Self {
        self.limited = true;
        self
    }

    /// The failed job that it takes up again.
    #[must_use]
    pub fn retry_of(mut self, job: JobId) -> Self {
        self.retry_of = Some(job);
        self
    }

    fn row(&self) -> NewRow {
        let kind = self.job.kind();
        NewRow {
            id: self.id,
            kind: kind.name,
            queue: kind.queue,
            priority: kind.priority,
            max_attempts: kind.max_attempts,
            deadline: kind.deadline,
            params: self.job.params(),
            target: self.job.subject().map(Subject::to_row),
            exclusive_key: self.job.exclusive_key(),
            cloud: self.cloud,
            org: self.org,
            actor: self.actor,
            impersonator: self.impersonator,
            retry_of: self.retry_of,
            limited: self.limited,
        }
    }
}

/// Lets a customer's new work in, unless its queue is far behind. Before the transaction begins.
///
/// # Errors
/// `overloaded`, with the time after which to ask again.
pub async fn admit(ctx: &Ctx, queue: Queue) -> Result<()> {
    ctx.pressure.admit(ctx, queue).await
}

/// Writes the job in the caller's transaction. A trigger wakes the relays at commit.
///
/// # Errors
/// `busy` when another open job holds the same thing; for limited jobs `too_many_open_jobs` when the organisation has
/// as many open as it may.
pub async fn enqueue(ctx: &Ctx, tx: &impl ConnectionTrait, new: NewJob) -> Result<JobId> {
    if let [id] = queue::insert(ctx, tx, &[new.row()]).await?.as_slice() {
        return Ok(*id);
    }
    match new.org.filter(|_| new.limited) {
        Some(org) if queue::is_full(ctx, tx, org).await? => Err(queue::too_many(ctx)),
        _ => Err(Error::busy()),
    }
}

/// Writes many jobs in the caller's transaction. Those whose thing another open job holds are left out; the answer has
/// the others' ids.
///
/// # Errors
/// When the database refuses it.
pub async fn enqueue_many(ctx: &Ctx, tx: &impl ConnectionTrait, new: &[NewJob]) -> Result<Vec<JobId>> {
    let rows: Vec<_> = new.iter().map(NewJob::row).collect();
    queue::insert(ctx, tx, &rows).await
}

/// Makes the open job that holds this one's key begin at once, if it waits.
///
/// # Errors
/// When the database refuses it.
pub(crate) async fn hurry(tx: &impl ConnectionTrait, job: &Job) -> Result<()> {
    if let Some(key) = job.exclusive_key() {
        wake_waiting(&key).exec(tx).await?;
    }
    Ok(())
}

/// The open job that holds this one's key, if there is one.
///
/// # Errors
/// When the database refuses it.
pub(crate) async fn open_of(tx: &impl ConnectionTrait, job: &Job) -> Result<Option<JobId>> {
    match job.exclusive_key() {
        Some(key) => select_open(&key).one(tx).await,
        None => Ok(None),
    }
}

/// Ends the job that is open on a server of the organisation, and so fences its worker. Only deletion may.
///
/// # Errors
/// When the database refuses it.
pub async fn supersede(tx: &impl ConnectionTrait, org: OrgId, vps: VpsId) -> Result<()> {
    supersede_job(&vps_key(vps), org).exec(tx).await?;
    Ok(())
}

db::statement! {
    fn wake_waiting(exclusive_key: &str) =
        "update job set run_at = now(), dispatched_at = null where exclusive_key = $1 and state = 'waiting'";

    fn select_open(exclusive_key: &str) -> JobId =
        "select id from job
         where exclusive_key = $1 and state in ('queued', 'running', 'waiting', 'retry', 'stuck')";

    fn supersede_job(exclusive_key: &str, org: OrgId) = file "supersede_job.sql";
}
