//! What the relay reads and marks: which jobs to ring, and which leases lapsed.

use std::time::Duration;

use entity::JobId;
use entity::job::Queue;
use sea_orm::{ConnectionTrait, FromQueryResult};

use super::MAX_CRASHES;
use crate::activity::{self, Event};
use crate::error::Result;
use crate::{Ctx, EventStatus, db};

/// A job to ring, and how often it was rung: together the ring's id.
#[derive(Clone, Copy, Debug, FromQueryResult)]
pub struct Rung {
    /// The job.
    pub id: JobId,
    /// Which ring this is.
    pub dispatch: i32,
}

/// Picks jobs that are due and unrung, round-robin over organisations, and marks them rung. The
/// mark need not survive a crash: an unanswered ring is repeated.
///
/// # Errors
/// When the database does not answer.
pub async fn ring(ctx: &Ctx, queue: Queue, limit: i64, rering: Duration) -> Result<Vec<Rung>> {
    if limit <= 0 {
        return Ok(Vec::new());
    }
    db::all(&ctx.db, db::sql(RING, [queue.into(), limit.into(), rering.as_secs_f64().into()])).await
}

/// A loose index scan over organisations (the platform's own jobs count as one), then the first
/// few due jobs of each, taken in turns.
const RING: &str = "
with recursive orgs as (
  (select org_id from job where queue = $1 and state in ('queued', 'waiting', 'retry') and org_id is not null order by org_id limit 1)
  union all
  select (select j.org_id from job j where j.queue = $1 and j.state in ('queued', 'waiting', 'retry') and j.org_id > orgs.org_id order by j.org_id limit 1)
  from orgs where orgs.org_id is not null
), control as (
  -- The mark need not survive a crash, and so its commit does not wait for the disk.
  select per_org, set_config('synchronous_commit', 'off', true) from queue_control where queue = $1 and not paused
),
cand as (
  select c.id, c.priority, c.run_at, row_number() over (partition by o.org_id order by c.priority, c.run_at, c.id) as turn
  from orgs o cross join control cross join lateral (
    select j.id, j.priority, j.run_at from job j
    where j.queue = $1 and j.state in ('queued', 'waiting', 'retry') and j.org_id = o.org_id and j.run_at <= now()
      and (j.dispatched_at is null or j.dispatched_at < now() - make_interval(secs => $3))
    order by j.priority, j.run_at, j.id limit control.per_org) c
  where o.org_id is not null
  union all
  select c.id, c.priority, c.run_at, row_number() over (order by c.priority, c.run_at, c.id)
  from control cross join lateral (
    select j.id, j.priority, j.run_at from job j
    where j.queue = $1 and j.state in ('queued', 'waiting', 'retry') and j.org_id is null and j.run_at <= now()
      and (j.dispatched_at is null or j.dispatched_at < now() - make_interval(secs => $3))
    order by j.priority, j.run_at, j.id limit $2) c
), pick as (
  select j.id from job j join (select id, turn, priority, run_at from cand order by turn, priority, run_at limit $2) c using (id)
  where j.state in ('queued', 'waiting', 'retry') for update of j skip locked
)
update job set dispatch = dispatch + 1, dispatched_at = now() from pick where job.id = pick.id returning job.id, job.dispatch";

/// Takes back the mark of rings that did not go out, so that they are rung again at once.
///
/// # Errors
/// When the database does not answer.
pub async fn mark_lost(ctx: &Ctx, ids: &[JobId]) -> Result<()> {
    db::exec(
        &ctx.db,
        db::sql(
            "update job set dispatched_at = null where id = any($1) and state in ('queued', 'waiting', 'retry')",
            [db::uuids(ids)],
        ),
    )
    .await?;
    Ok(())
}

/// How long until the next job of these queues is due, at most `horizon`.
///
/// # Errors
/// When the database does not answer.
pub async fn next_due(ctx: &Ctx, horizon: Duration) -> Result<Duration> {
    let seconds: Option<f64> = db::scalar(
        &ctx.db,
        db::sql(
            "select extract(epoch from min(run_at) - now())::float8 from job where state in ('waiting', 'retry') and dispatched_at is null and run_at < now() + make_interval(secs => $1)",
            [horizon.as_secs_f64().into()],
        ),
    )
    .await?
    .flatten();
    Ok(seconds.map_or(horizon, |seconds| Duration::from_secs_f64(seconds.clamp(0.005, horizon.as_secs_f64()))))
}

/// Gives lapsed leases back: to another try, or to a person after [`MAX_CRASHES`]. Returns how
/// many of each.
///
/// # Errors
/// When the database does not answer.
pub async fn sweep(ctx: &Ctx) -> Result<(u64, u64)> {
    let tx = ctx.begin().await?;
    let lapsed: Vec<Lapsed> = db::all(
        &tx,
        db::sql(
            "update job set crashes = crashes + 1, lease_until = null, lease_owner = null, dispatched_at = null, run_at = now(), \
                    state = case when crashes + 1 >= $1 then 'stuck' else 'retry' end, \
                    error_code = 'worker_lost', error = jsonb_build_object('customer', 'This is taking longer than it should. We are looking into it.', \
                        'admin', 'The worker ' || coalesce(lease_owner, '?') || ' vanished while it held this job.', 'provider_request_id', null) \
             where id in (select id from job where state = 'running' and lease_until < now() order by lease_until limit 500 for update skip locked) \
             returning id, org_id, kind, state = 'stuck' as stuck",
            [MAX_CRASHES.into()],
        ),
    )
    .await?;
    let mut stuck = 0;
    for job in lapsed.iter().filter(|job| job.stuck) {
        stuck += 1;
        let words = format!("The job {} took down {MAX_CRASHES} workers and needs a person", job.kind);
        activity::record(&tx, Event::new("job.stuck", EventStatus::Error, words).job(job.id).entity("job", job.id))
            .await?;
    }
    tx.commit().await?;
    Ok((lapsed.len() as u64 - stuck, stuck))
}

#[derive(FromQueryResult)]
struct Lapsed {
    id: JobId,
    kind: String,
    stuck: bool,
}

/// Gives up the leases of a worker that ends, so that its jobs go on elsewhere at once.
///
/// # Errors
/// When the database does not answer.
pub async fn release(db: &impl ConnectionTrait, owner: &str) -> Result<u64> {
    db::exec(
        db,
        db::sql(
            "update job set state = 'retry', run_at = now(), lease_until = null, lease_owner = null, dispatched_at = null where lease_owner = $1 and state = 'running'",
            [owner.into()],
        ),
    )
    .await
}

/// How many undone rings a queue may have outstanding at once: it bounds the doorbell, whose
/// scripts fail beyond some thousands. 0 while the queue is paused.
///
/// # Errors
/// When the database does not answer.
pub async fn window(ctx: &Ctx, queue: Queue) -> Result<i64> {
    let window: Option<i32> = db::scalar(
        &ctx.db,
        db::sql("select ring_window from queue_control where queue = $1 and not paused", [queue.into()]),
    )
    .await?;
    Ok(window.map_or(0, i64::from))
}
