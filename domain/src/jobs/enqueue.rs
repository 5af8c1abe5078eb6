//! Enqueuing: the job's row, in the transaction of the intent.

use entity::{JobId, OrgId, UserId, VpsId};
use sea_orm::ConnectionTrait;

use super::kind::{Job, vps_key};
use crate::error::{Error, Result};
use crate::{Ctx, db};

/// A job to be done, and for whom.
#[derive(Clone, Debug)]
pub struct NewJob {
    job: Job,
    org: Option<OrgId>,
    actor: Option<UserId>,
    retry_of: Option<JobId>,
}

impl NewJob {
    /// A job of the platform itself.
    #[must_use]
    pub fn new(job: Job) -> Self {
        Self { job, org: None, actor: None, retry_of: None }
    }

    /// The organisation that it works for.
    #[must_use]
    pub fn org(mut self, org: impl Into<Option<OrgId>>) -> Self {
        self.org = org.into();
        self
    }

    /// Who asked for it.
    #[must_use]
    pub fn actor(mut self, actor: impl Into<Option<UserId>>) -> Self {
        self.actor = actor.into();
        self
    }

    /// The failed job that it takes up again.
    #[must_use]
    pub fn retry_of(mut self, job: JobId) -> Self {
        self.retry_of = Some(job);
        self
    }
}

/// Writes the job in the caller's transaction. A trigger wakes the relays at commit.
///
/// # Errors
/// `busy` when another open job holds the same thing.
pub async fn enqueue(ctx: &Ctx, tx: &impl ConnectionTrait, new: NewJob) -> Result<JobId> {
    let id: JobId = ctx.chance.id(ctx.clock.estimate());
    let spec = new.job.spec();
    let (kind, params) = new.job.to_row()?;
    let (target_type, target_id) = new.job.target().unzip();
    let inserted = db::exec(
        tx,
        db::sql(
            "insert into job (id, org_id, actor_id, kind, queue, priority, target_type, target_id, exclusive_key, params, max_attempts, deadline_at, retry_of) \
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, now() + make_interval(secs => $12), $13) \
             on conflict (exclusive_key) where state in ('queued', 'running', 'waiting', 'retry', 'stuck') do nothing",
            [
                id.into(),
                new.org.into(),
                new.actor.into(),
                kind.into(),
                spec.queue.into(),
                spec.priority.into(),
                target_type.into(),
                target_id.into(),
                new.job.exclusive_key().into(),
                params.into(),
                spec.max_attempts.into(),
                spec.deadline.as_secs_f64().into(),
                new.retry_of.into(),
            ],
        ),
    )
    .await?;
    if inserted == 0 { Err(Error::busy()) } else { Ok(id) }
}

/// Ends whatever job is open on a server, and so fences its worker. Only deletion may.
///
/// # Errors
/// When the database refuses it.
pub async fn supersede(tx: &impl ConnectionTrait, vps: VpsId) -> Result<()> {
    db::exec(
        tx,
        db::sql(
            "update job set state = 'cancelled', finished_at = now(), lease_until = null, lease_owner = null, lease_token = lease_token + 1, \
             error_code = 'superseded' where exclusive_key = $1 and state in ('queued', 'running', 'waiting', 'retry', 'stuck')",
            [vps_key(vps).into()],
        ),
    )
    .await?;
    Ok(())
}
