//! Jobs that nobody holds any more: lapsed leases, and jobs that no worker ever takes.

use entity::activity::EventStatus;
use entity::{JobId, OrgId};
use sea_orm::{ConnectionTrait, FromQueryResult};

use super::MAX_CRASHES;
use crate::activity::{self, Event};
use crate::error::Result;
use crate::{Ctx, db};

/// Rows that one sweep takes at most; the next takes the rest.
const BATCH: i64 = 500;

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
             where id in (select id from job where state = 'running' and lease_until < now() order by lease_until limit $2 for update skip locked) \
             returning id, org_id, kind, state = 'stuck' as stuck",
            [MAX_CRASHES.into(), BATCH.into()],
        ),
    )
    .await?;
    let stuck: Vec<_> = lapsed.iter().filter(|job| job.stuck).collect();
    for job in &stuck {
        tell(&tx, job, &format!("The job {} took down {MAX_CRASHES} workers and needs a person", job.kind)).await?;
    }
    tx.commit().await?;
    let stuck = stuck.len() as u64;
    Ok((lapsed.len() as u64 - stuck, stuck))
}

/// Jobs whose deadline passed five minutes ago and that no worker takes, though nobody paused
/// them: their kind is of another version, or their queue has no workers. A person sees to them.
/// Returns how many; 0 when another process is at it.
///
/// # Errors
/// When the database does not answer.
pub async fn give_up(ctx: &Ctx) -> Result<u64> {
    let tx = ctx.begin().await?;
    let mine: Option<bool> =
        db::scalar(&tx, db::sql("select pg_try_advisory_xact_lock(hashtext('jobs.give_up'))", [])).await?;
    if mine != Some(true) {
        return Ok(0);
    }
    let late: Vec<Lapsed> = db::all(
        &tx,
        db::sql(
            "update job set state = 'stuck', error_code = 'nobody_took_it', \
                    error = jsonb_build_object('customer', 'This is taking longer than it should. We are looking into it.', \
                        'admin', 'No worker took this job before its deadline. Look under Workers whether one serves the queue ' || queue || \
                                 ' and knows the kind ' || kind || ', then retry it.', 'provider_request_id', null) \
             where id in (select j.id from job j join queue_control c on c.queue = j.queue and not c.paused \
                          left join cloud a on a.id = j.cloud_id \
                          where j.state in ('queued', 'waiting', 'retry') and j.deadline_at < now() - interval '5 min' and j.run_at < now() - interval '5 min' \
                            and a.paused_at is null order by j.id limit $1 for update of j skip locked) \
             returning id, org_id, kind, true as stuck",
            [BATCH.into()],
        ),
    )
    .await?;
    for job in &late {
        tell(&tx, job, &format!("No worker took the job {} before its deadline; it needs a person", job.kind)).await?;
    }
    tx.commit().await?;
    Ok(late.len() as u64)
}

#[derive(FromQueryResult)]
struct Lapsed {
    id: JobId,
    org_id: Option<OrgId>,
    kind: String,
    stuck: bool,
}

async fn tell(tx: &impl ConnectionTrait, job: &Lapsed, words: &str) -> Result<()> {
    let event = Event::new("job.stuck", EventStatus::Error, words).org(job.org_id).job(job.id).entity("job", job.id);
    activity::record(tx, event).await
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
