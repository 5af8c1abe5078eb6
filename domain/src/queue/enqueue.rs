//! Enqueuing: the job's row, in the transaction of the intent.

use std::time::Duration;

use entity::job::Queue;
use entity::{CloudId, JobId, OrgId, TypedId, UserId};
use sea_orm::ConnectionTrait;
use serde_json::{Value as Json, json};
use uuid::Uuid;

use crate::error::{Error, ErrorKind, Result};
use crate::{Ctx, db, trace};

/// Rows written by one statement at most.
const CHUNK: usize = 5_000;

/// A row to write; what it means is its kind's business.
#[derive(Clone, Debug)]
pub struct NewRow {
    /// Its id; a new one when there is none.
    pub id: Option<JobId>,
    /// The kind's name.
    pub kind: &'static str,
    /// The pool that takes it.
    pub queue: Queue,
    /// 1 is interactive, 9 is bulk.
    pub priority: i16,
    /// After this many transient failures it fails for good.
    pub max_attempts: i32,
    /// Counted from now.
    pub deadline: Duration,
    /// Ids and choices, a JSON object.
    pub params: Json,
    /// The noun and the id of the thing that it is about.
    pub target: Option<(&'static str, Uuid)>,
    /// At most one open job may hold this key.
    pub exclusive_key: Option<String>,
    /// The cloud whose pause holds it up; where the target is a server, that server's when none is named.
    pub cloud: Option<CloudId>,
    /// The organisation that it works for.
    pub org: Option<OrgId>,
    /// The user who asked for it.
    pub actor: Option<UserId>,
    /// The administrator in that user's place.
    pub impersonator: Option<UserId>,
    /// The failed job that it takes up again.
    pub retry_of: Option<JobId>,
    /// Whether it is left out when its organisation has as many jobs open as it may.
    pub limited: bool,
}

/// Writes rows in the caller's transaction; a trigger wakes the relays at commit. Those whose key another open job
/// holds are left out, and so are limited ones of an organisation that is full; the answer has the others' ids.
///
/// # Errors
/// When the database refuses it.
pub(crate) async fn insert(ctx: &Ctx, tx: &impl ConnectionTrait, new: &[NewRow]) -> Result<Vec<JobId>> {
    let now = ctx.clock.estimate();
    let mut inserted = Vec::with_capacity(new.len());
    for chunk in new.chunks(CHUNK) {
        let rows: Json = chunk.iter().map(|row| to_json(row, row.id.unwrap_or_else(|| ctx.chance.id(now)))).collect();
        let ids = insert_jobs(rows, trace::current(), ctx.limits.org_open_jobs).only(tx).await?;
        inserted.extend(ids.into_iter().map(JobId));
    }
    Ok(inserted)
}

fn to_json(row: &NewRow, id: JobId) -> Json {
    let (target_type, target_id) = row.target.unzip();
    json!({
        "id": id.uuid(), "org_id": row.org.map(TypedId::uuid), "actor_id": row.actor.map(TypedId::uuid),
        "impersonator_id": row.impersonator.map(TypedId::uuid),
        "kind": row.kind, "queue": row.queue.as_str(), "priority": row.priority,
        "target_type": target_type, "target_id": target_id, "exclusive_key": row.exclusive_key,
        "params": row.params, "max_attempts": row.max_attempts, "deadline_s": row.deadline.as_secs_f64(),
        "retry_of": row.retry_of.map(TypedId::uuid), "cloud_id": row.cloud.map(TypedId::uuid),
        "limited": row.limited,
    })
}

/// Whether the organisation has as many jobs open as it may.
///
/// # Errors
/// When the database does not answer.
pub(crate) async fn is_full(ctx: &Ctx, tx: &impl ConnectionTrait, org: OrgId) -> Result<bool> {
    let queues = Queue::ALL.iter().map(|queue| queue.as_str().to_owned()).collect();
    Ok(count_open(queues, org).only(tx).await? >= ctx.limits.org_open_jobs)
}

/// What an organisation hears that has as many jobs open as it may.
pub(crate) fn too_many(ctx: &Ctx) -> Error {
    let words = format!(
        "Your organisation has {} tasks in progress, which is as many as it may. Nothing was changed. Wait until some \
         are done, then try again.",
        ctx.limits.org_open_jobs
    );
    Error::new(ErrorKind::RateLimited, "too_many_open_jobs", words).after(Duration::from_secs(15))
}

db::statement! {
    /// One statement, whatever the number: the rows travel as one JSON array.
    fn insert_jobs(rows: Json, traceparent: Option<String>, org_open_jobs: i64) -> Vec<Uuid> = file "insert_jobs.sql";

    /// By queue, as the index of due jobs is.
    fn count_open(queues: Vec<String>, org: OrgId) -> i64 =
        "select count(*) from job_takeable where queue = any($1) and org_id = $2";
}
