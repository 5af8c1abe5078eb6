//! What the relay reads and marks: which jobs to ring.

use std::time::Duration;

use entity::JobId;
use entity::job::Queue;
use sea_orm::{DatabaseTransaction, FromQueryResult};

use super::Job;
use crate::error::Result;
use crate::{Ctx, db};

/// A job to ring, and how often it was rung: together the ring's id.
#[derive(Clone, Copy, Debug, FromQueryResult)]
pub struct Rung {
    /// The job.
    pub id: JobId,
    /// Which ring this is.
    pub dispatch: i32,
}

/// The turn to ring a queue. One at a time has it, or two would each fill the bounds.
#[derive(Debug)]
pub struct Turn {
    tx: DatabaseTransaction,
    queue: Queue,
}

impl Turn {
    /// Takes the turn. None: another process is ringing this queue right now.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn take(ctx: &Ctx, queue: Queue) -> Result<Option<Self>> {
        let tx = ctx.begin().await?;
        // The mark need not survive a crash: an unanswered ring is repeated, so its commit does not
        // wait for the disk.
        let mine: Option<bool> = db::scalar(
            &tx,
            db::sql(
                "select pg_try_advisory_xact_lock(hashtext('ring'), hashtext($1)) from set_config('synchronous_commit', 'off', true)",
                [queue.into()],
            ),
        )
        .await?;
        Ok((mine == Some(true)).then_some(Self { tx, queue }))
    }

    /// Picks at most `limit` jobs that are due and unrung and marks them rung: in turns over
    /// organisations, no more of one organisation or cloud under way than its queue allows, and
    /// none whose cloud is paused. A ring that nobody answered for `rering` is repeated.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn ring(self, limit: i64, rering: Duration) -> Result<Vec<Rung>> {
        if limit <= 0 {
            return Ok(Vec::new());
        }
        let values = [
            self.queue.into(),
            limit.into(),
            rering.as_secs_f64().into(),
            Job::known_kinds().into(),
            super::takeable(),
        ];
        let rung = db::all(&self.tx, db::sql(RING, values)).await?;
        self.tx.commit().await?;
        Ok(rung)
    }
}

/// A loose index scan over organisations, and of each the front of its line: as many jobs as may
/// be under way, less those that are. What was rung and not yet taken stands in front too, so that
/// it counts. The platform's own jobs have no such bound.
const RING: &str = "
with recursive orgs as (
  (select org_id from job where queue = $1 and state in ('queued', 'waiting', 'retry') and org_id is not null order by org_id limit 1)
  union all
  select (select j.org_id from job j where j.queue = $1 and j.state in ('queued', 'waiting', 'retry') and j.org_id > orgs.org_id order by j.org_id limit 1)
  from orgs where orgs.org_id is not null
), control as (
  select org_running, cloud_running from queue_control where queue = $1 and not paused
), held as (
  select org_id, cloud_id, count(*) as running from job where state = 'running' and queue = $1 group by org_id, cloud_id
), paused as (
  select id from cloud where paused_at is not null
), line as (
  select c.*, row_number() over (partition by o.org_id order by c.priority, c.run_at, c.id) as turn
  from orgs o cross join control cross join lateral (
    select j.id, j.cloud_id as cloud, j.priority, j.run_at,
           coalesce(j.dispatched_at, '-infinity') < now() - make_interval(secs => $3) as unrung
    from job j
    where j.queue = $1 and j.state in ('queued', 'waiting', 'retry') and j.org_id = o.org_id and j.run_at <= now() and j.kind = any($4)
      and (j.cloud_id is null or j.cancel_requested or j.cloud_id not in (select id from paused))
    order by j.org_id, j.priority, j.run_at, j.id
    limit greatest(0, control.org_running - coalesce((select sum(h.running) from held h where h.org_id = o.org_id), 0))) c
  where o.org_id is not null
  union all
  select c.*, row_number() over (order by c.priority, c.run_at, c.id)
  from control cross join lateral (
    select j.id, j.cloud_id, j.priority, j.run_at, true
    from job j
    where j.queue = $1 and j.state in ('queued', 'waiting', 'retry') and j.org_id is null and j.run_at <= now() and j.kind = any($4)
      and (j.dispatched_at is null or j.dispatched_at < now() - make_interval(secs => $3))
      and (j.cloud_id is null or j.cancel_requested or j.cloud_id not in (select id from paused))
    order by j.org_id, j.priority, j.run_at, j.id limit $2) c
), counted as (
  select l.*, case when l.cloud is not null then row_number() over (partition by l.cloud order by l.unrung, l.turn, l.priority, l.run_at) end as cloud_turn
  from line l
), pick as (
  select j.id from job j where j.id = any(array(
    select c.id from counted c cross join control
    where c.unrung and (c.cloud is null or c.cloud_turn <= control.cloud_running - coalesce((select sum(h.running) from held h where h.cloud_id = c.cloud), 0))
    order by c.turn, c.priority, c.run_at limit $2))
  and j.state = any($5) for update skip locked
)
update job set dispatch = dispatch + 1, dispatched_at = now() where job.id = any(array(select pick.id from pick)) returning job.id, job.dispatch";

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

/// When there is something to ring.
#[derive(Clone, Debug, PartialEq)]
pub struct Due {
    /// Queues with a job that is due and unrung. Its bounds may hold it back, or a pause.
    pub queues: Vec<Queue>,
    /// How long until the next job that waits or is to be retried is due, at most the horizon.
    pub next: Duration,
}

#[derive(FromQueryResult)]
struct DueRow {
    queue: Queue,
    due: bool,
    next_s: Option<f64>,
}

/// Which of these queues have something to ring, and how long until the next job that waits or is
/// to be retried is due, at most `horizon`.
///
/// # Errors
/// When the database does not answer.
pub async fn due(ctx: &Ctx, queues: &[Queue], rering: Duration, horizon: Duration) -> Result<Due> {
    let names: Vec<String> = queues.iter().map(ToString::to_string).collect();
    let rows: Vec<DueRow> =
        db::all(&ctx.db, db::sql(DUE, [names.into(), rering.as_secs_f64().into(), horizon.as_secs_f64().into()]))
            .await?;
    let next = rows.first().and_then(|row| row.next_s).map_or(horizon, Duration::from_secs_f64);
    Ok(Due { queues: rows.iter().filter(|row| row.due).map(|row| row.queue).collect(), next })
}

/// New jobs are found in the line of their queue, those that waited by their time: of these there
/// may be many that are not due for long. Limits and not `exists`, for which the planner might read
/// all jobs that are due once and hash their queues.
const DUE: &str = "
select q.queue,
  coalesce((select true from job j where j.queue = q.queue and j.state = 'queued' and j.run_at <= now()
              and (j.dispatched_at is null or j.dispatched_at < now() - make_interval(secs => $2)) limit 1),
           (select true from job j where j.queue = q.queue and j.state in ('waiting', 'retry') and j.run_at <= now()
              and (j.dispatched_at is null or j.dispatched_at < now() - make_interval(secs => $2)) limit 1), false) as due,
  (select extract(epoch from min(run_at) - now())::float8 from job
   where state in ('waiting', 'retry') and run_at > now() and run_at < now() + make_interval(secs => $3)) as next_s
from unnest($1::text[]) q(queue)";

/// A queue as the relay needs it.
#[derive(Clone, Copy, Debug, FromQueryResult)]
pub struct Window {
    /// The queue.
    pub queue: Queue,
    /// Rings that may be outstanding at once: it bounds the doorbell, whose scripts fail beyond
    /// some thousands, and what stands in front of a newcomer. 0 while the queue is paused.
    pub rings: i64,
}

/// Rings outstanding for each slot of the live workers: enough that none runs dry, few enough that
/// a newcomer is soon served.
const RINGS_PER_SLOT: i64 = 4;
/// Rings outstanding at least, whatever the slots.
const MIN_RINGS: i64 = 32;

/// The windows of all queues, from the slots of the workers seen in the last minute.
///
/// # Errors
/// When the database does not answer.
pub async fn windows(ctx: &Ctx) -> Result<Vec<Window>> {
    db::all(
        &ctx.db,
        db::sql(
            "select c.queue, case when c.paused then 0 else least(c.ring_window, greatest($2, $1 * coalesce(s.slots, 0))) end::bigint as rings \
             from queue_control c left join ( \
               select q->>'queue' as queue, sum((q->>'slots')::int) as slots from worker w cross join jsonb_array_elements(w.queues) q \
               where w.seen_at > clock_timestamp() - interval '1 minute' and w.state = 'running' group by 1) s using (queue)",
            [RINGS_PER_SLOT.into(), MIN_RINGS.into()],
        ),
    )
    .await
}
