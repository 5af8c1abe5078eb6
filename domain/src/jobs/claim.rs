//! Claiming jobs, and keeping them: many in one statement, so that a busy worker pays one commit
//! for all of them.

use std::time::Duration;

use entity::{CloudId, JobId, OrgId, UserId};
use sea_orm::{ConnectionTrait, FromQueryResult};
use serde_json::Value as Json;

use super::{Job, MAX_CRASHES};
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
    /// The queue, as the row names it.
    pub queue: String,
    /// The parameters, as the row keeps them.
    pub params: Json,
    /// The organisation it works for.
    pub org_id: Option<OrgId>,
    /// Who asked for it.
    pub actor_id: Option<UserId>,
    /// The cloud that it speaks to.
    pub cloud_id: Option<CloudId>,
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
    /// The W3C trace that asked for it.
    pub traceparent: Option<String>,
    /// Seconds from when it was due until this claim.
    pub waited_s: f64,
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

/// Takes those of these jobs that are due, or whose worker vanished, each for its owner. A job that is not in the
/// answer was a stale ring, or is of a kind that this build does not know: it is left for others.
///
/// # Errors
/// When the database does not answer.
pub async fn claim_many(db: &impl ConnectionTrait, wanted: &[(JobId, &str)], lease: Duration) -> Result<Vec<Claim>> {
    let (ids, owners): (Vec<JobId>, Vec<String>) = wanted.iter().map(|(id, owner)| (*id, (*owner).to_owned())).unzip();
    db::all(
        db,
        db::sql(
            CLAIM,
            [
                db::uuids(&ids),
                owners.into(),
                lease.as_secs_f64().into(),
                (MAX_CRASHES - 1).into(),
                Job::known_kinds().into(),
                super::takeable(),
            ],
        ),
    )
    .await
}

/// What a watch saw is told once: the next run would find it stale.
///
/// Rows are locked in the order of their ids and a row that another worker is claiming is passed
/// over, so that no two claims wait for each other. They are found by arrays and not by joins, which
/// the planner would rather do by reading the whole table. The states are a value, and what runs is
/// known by its lease: so no plan can take an index of all that is due, or of all that runs, for them.
const CLAIM: &str = "
with pick as (
  select j.id, j.step_data from job j left join cloud a on a.id = j.cloud_id
  where j.id = any($1::uuid[]) and j.kind = any($5)
    and ((j.state = any($6) and j.run_at <= now()) or (j.lease_until < now() and j.crashes < $4))
    and not exists (select from queue_control c where c.queue = j.queue and c.paused)
    and (a.paused_at is null or j.cancel_requested)
  order by j.id for update of j skip locked
)
update job set state = 'running', lease_token = lease_token + 1, lease_owner = ($2::text[])[array_position($1, job.id)], lease_until = now() + make_interval(secs => $3),
       started_at = coalesce(started_at, now()), claimed_at = now(), step_data = job.step_data - 'sight', crashes = crashes + (state = 'running')::int
where job.id = any(array(select pick.id from pick))
returning job.id, lease_token, kind, queue, params, org_id, actor_id, cloud_id, step, (select pick.step_data from pick where pick.id = job.id) as step_data, attempts, max_attempts, cancel_requested,
          deadline_at < now() as overdue, traceparent, extract(epoch from now() - greatest(run_at, created_at))::float8 as waited_s";

/// Takes one job. None: a stale ring, to be dropped.
///
/// # Errors
/// When the database does not answer.
pub async fn claim(db: &impl ConnectionTrait, id: JobId, owner: &str, lease: Duration) -> Result<Option<Claim>> {
    Ok(claim_many(db, &[(id, owner)], lease).await?.pop())
}

#[derive(FromQueryResult)]
struct Held {
    id: JobId,
    cancel_requested: bool,
}

/// Renews these leases, each a job and the token of its claim; the answers stand in their order.
/// A row that somebody is writing just now is renewed by the next beat: one of many must not hold
/// up the others.
///
/// # Errors
/// When the database does not answer.
pub async fn beat_many(db: &impl ConnectionTrait, leases: &[(JobId, i64)], lease: Duration) -> Result<Vec<Beat>> {
    let (ids, tokens) = columns(leases);
    let held: Vec<Held> = db::all(
        db,
        db::sql(
            "with ours as (select id, cancel_requested from job where id = any($1::uuid[]) and lease_token = ($2::bigint[])[array_position($1, id)] and lease_until is not null), \
                  free as (select id from job where id = any(array(select id from ours)) and lease_until is not null order by id for update skip locked), \
                  beaten as (update job set lease_until = now() + make_interval(secs => $3) where id = any(array(select id from free))) \
             select id, cancel_requested from ours",
            [ids, tokens, lease.as_secs_f64().into()],
        ),
    )
    .await?;
    Ok(leases
        .iter()
        .map(|(id, _)| match held.iter().find(|row| row.id == *id) {
            Some(row) if row.cancel_requested => Beat::CancelRequested,
            Some(_) => Beat::Held,
            None => Beat::Lost,
        })
        .collect())
}

/// Renews one lease.
///
/// # Errors
/// When the database does not answer.
pub async fn beat(db: &impl ConnectionTrait, id: JobId, lease_token: i64, lease: Duration) -> Result<Beat> {
    Ok(beat_many(db, &[(id, lease_token)], lease).await?.pop().unwrap_or(Beat::Lost))
}

/// Leases as two columns, for `unnest`.
pub(super) fn columns(leases: &[(JobId, i64)]) -> (sea_orm::Value, sea_orm::Value) {
    let (ids, tokens): (Vec<JobId>, Vec<i64>) = leases.iter().copied().unzip();
    (db::uuids(&ids), tokens.into())
}
