//! Claiming a job, and keeping it.

use std::time::Duration;

use entity::{JobId, OrgId, UserId};
use sea_orm::{ConnectionTrait, FromQueryResult};
use serde_json::Value as Json;

use super::MAX_CRASHES;
use crate::db;
use crate::error::Result;

/// A job that this worker holds.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Claim {
    /// The job.
    pub id: JobId,
    /// The fence: every write of this worker carries it.
    pub lease_token: i64,
    /// The kind, as the row names it.
    pub kind: String,
    /// The parameters, as the row keeps them.
    pub params: Json,
    /// The organisation it works for.
    pub org_id: Option<OrgId>,
    /// Who asked for it.
    pub actor_id: Option<UserId>,
    /// The step that comes next.
    pub step: i16,
    /// What earlier steps learnt.
    pub step_data: Json,
    /// How often it failed in passing.
    pub attempts: i32,
    /// After so many it fails for good.
    pub max_attempts: i32,
    /// Somebody asked it to end.
    pub cancel_requested: bool,
    /// Its time is over: undo and fail.
    pub overdue: bool,
}

/// What a renewal of a lease found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Beat {
    /// The lease holds.
    Held,
    /// The lease holds, and somebody asked the job to end.
    CancelRequested,
    /// The lease is over: stop at once.
    Lost,
}

/// Takes a job that is due, or whose worker vanished. None: a stale ring, to be dropped.
///
/// # Errors
/// When the database does not answer.
pub async fn claim(db: &impl ConnectionTrait, id: JobId, owner: &str, lease: Duration) -> Result<Option<Claim>> {
    db::one(
        db,
        db::sql(
            "update job set state = 'running', lease_token = lease_token + 1, lease_owner = $2, lease_until = now() + make_interval(secs => $3), \
                    crashes = crashes + (state = 'running')::int \
             where id = $1 and ((state in ('queued', 'waiting', 'retry') and run_at <= now()) \
                                or (state = 'running' and lease_until < now() and crashes < $4)) \
               and not exists (select from queue_control c where c.queue = job.queue and c.paused) \
             returning id, lease_token, kind, params, org_id, actor_id, step, step_data, attempts, max_attempts, cancel_requested, deadline_at < now() as overdue",
            [id.into(), owner.into(), lease.as_secs_f64().into(), (MAX_CRASHES - 1).into()],
        ),
    )
    .await
}

/// Renews the lease.
///
/// # Errors
/// When the database does not answer.
pub async fn beat(db: &impl ConnectionTrait, id: JobId, lease_token: i64, lease: Duration) -> Result<Beat> {
    let held: Option<bool> = db::scalar(
        db,
        db::sql(
            "update job set lease_until = now() + make_interval(secs => $3) where id = $1 and lease_token = $2 and state = 'running' returning cancel_requested",
            [id.into(), lease_token.into(), lease.as_secs_f64().into()],
        ),
    )
    .await?;
    Ok(match held {
        Some(false) => Beat::Held,
        Some(true) => Beat::CancelRequested,
        None => Beat::Lost,
    })
}
