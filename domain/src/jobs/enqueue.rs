//! Enqueuing: the job's row, in the transaction of the intent.

use entity::job::Queue;
use entity::{CloudId, JobId, OrgId, TypedId, UserId, VpsId};
use sea_orm::ConnectionTrait;
use serde_json::json;

use super::kind::{Job, vps_key};
use crate::error::{Error, ErrorKind, Result};
use crate::{Ctx, db, trace};

/// Rows written by one statement at most.
const CHUNK: usize = 5_000;

/// A job to be done, and for whom.
#[derive(Clone, Debug)]
pub struct NewJob {
    job: Job,
    org: Option<OrgId>,
    actor: Option<UserId>,
    cloud: Option<CloudId>,
    retry_of: Option<JobId>,
    limited: bool,
}

impl NewJob {
    /// A job of the platform itself.
    #[must_use]
    pub fn new(job: Job) -> Self {
        Self { job, org: None, actor: None, cloud: job.cloud(), retry_of: None, limited: false }
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

    /// The cloud that it speaks to, where the server's row is not there yet to say so.
    #[must_use]
    pub fn cloud(mut self, cloud: CloudId) -> Self {
        self.cloud = Some(cloud);
        self
    }

    /// A customer asked for it: refused while theirs pile up. Whether the platform is far behind
    /// is asked before, with [`admit`]: a transaction must not wait for another connection.
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
/// `busy` when another open job holds the same thing; for limited jobs `too_many_open_jobs` when
/// the organisation has as many open as it may.
pub async fn enqueue(ctx: &Ctx, tx: &impl ConnectionTrait, new: NewJob) -> Result<JobId> {
    match insert(ctx, tx, std::slice::from_ref(&new)).await?.as_slice() {
        [id] => Ok(*id),
        _ if new.limited && is_full(ctx, tx, &new).await? => Err(too_many(ctx)),
        _ => Err(Error::busy()),
    }
}

/// Writes many jobs in the caller's transaction. Those whose thing another open job holds are left
/// out; the answer has the others' ids.
///
/// # Errors
/// When the database refuses it.
pub async fn enqueue_many(ctx: &Ctx, tx: &impl ConnectionTrait, new: &[NewJob]) -> Result<Vec<JobId>> {
    let mut ids = Vec::with_capacity(new.len());
    for chunk in new.chunks(CHUNK) {
        ids.extend(insert(ctx, tx, chunk).await?);
    }
    Ok(ids)
}

/// One statement, whatever the number: the rows travel as one JSON array.
async fn insert(ctx: &Ctx, tx: &impl ConnectionTrait, new: &[NewJob]) -> Result<Vec<JobId>> {
    let now = ctx.clock.estimate();
    let traceparent = trace::current();
    let rows = new
        .iter()
        .map(|new| {
            let spec = new.job.spec();
            let (kind, params) = new.job.to_row()?;
            let (target_type, target_id) = new.job.target().unzip();
            let id: JobId = ctx.chance.id(now);
            Ok(json!({
                "id": id.uuid(), "org_id": new.org.map(TypedId::uuid), "actor_id": new.actor.map(TypedId::uuid),
                "kind": kind, "queue": spec.queue.as_str(), "priority": spec.priority,
                "target_type": target_type, "target_id": target_id, "exclusive_key": new.job.exclusive_key(),
                "params": params, "max_attempts": spec.max_attempts, "deadline_s": spec.deadline.as_secs_f64(),
                "retry_of": new.retry_of.map(TypedId::uuid), "cloud_id": new.cloud.map(TypedId::uuid),
                "limited": new.limited,
            }))
        })
        .collect::<Result<Vec<_>>>()?;
    let ids: Option<Vec<uuid::Uuid>> = db::scalar(
        tx,
        db::sql(INSERT, [serde_json::Value::from(rows).into(), traceparent.into(), ctx.limits.org_open_jobs.into()]),
    )
    .await?;
    Ok(ids.unwrap_or_default().into_iter().map(JobId).collect())
}

const INSERT: &str = "
with fresh as (
  select * from jsonb_to_recordset($1) as r(id uuid, org_id uuid, actor_id uuid, kind text, queue text, priority smallint, target_type text, target_id uuid,
    exclusive_key text, params jsonb, max_attempts int, deadline_s float8, retry_of uuid, cloud_id uuid, limited boolean)
), made as (
  insert into job (id, org_id, actor_id, kind, queue, priority, target_type, target_id, exclusive_key, params, max_attempts, deadline_at, retry_of, cloud_id, traceparent)
  select id, org_id, actor_id, kind, queue, priority, target_type, target_id, exclusive_key, params, max_attempts, now() + make_interval(secs => deadline_s), retry_of,
         case when target_type = 'vps' then coalesce(cloud_id, (select v.cloud_id from vps v where v.id = target_id)) else cloud_id end, $2
  from fresh
  where not limited or (select count(*) from (select from job o where o.queue in ('provision', 'power', 'billing', 'mail', 'upkeep') and o.org_id = fresh.org_id
                          and o.state in ('queued', 'waiting', 'retry') limit $3) open) < $3
  on conflict (exclusive_key) where state in ('queued', 'running', 'waiting', 'retry', 'stuck') do nothing
  returning id
)
select coalesce(array_agg(id), '{}') from made";

async fn is_full(ctx: &Ctx, tx: &impl ConnectionTrait, new: &NewJob) -> Result<bool> {
    let open: Option<i64> = db::scalar(
        tx,
        db::sql(
            "select count(*) from job where queue = any($1) and org_id = $2 and state in ('queued', 'waiting', 'retry')",
            [
                Queue::ALL.iter().map(|queue| queue.as_str().to_owned()).collect::<Vec<_>>().into(),
                new.org.into(),
            ],
        ),
    )
    .await?;
    Ok(open.unwrap_or(0) >= ctx.limits.org_open_jobs)
}

fn too_many(ctx: &Ctx) -> Error {
    let mut error = Error::new(
        ErrorKind::RateLimited,
        "too_many_open_jobs",
        format!(
            "Your organisation has {} things under way, which is as many as it may. Nothing was changed. Wait until some are done, then try again.",
            ctx.limits.org_open_jobs
        ),
    );
    error.retry_after = Some(std::time::Duration::from_secs(15));
    error
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
