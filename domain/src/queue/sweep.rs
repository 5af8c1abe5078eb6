//! Jobs that no worker holds any more: lapsed leases, and jobs that no worker ever takes.

use entity::activity::EventStatus;
use entity::{JobId, OrgId, VpsId};
use sea_orm::ConnectionTrait;

use super::MAX_CRASHES;
use crate::activity::{self, Event, NAME};
use crate::error::Result;
use crate::{Ctx, db};

/// Rows that one sweep takes at most; the next takes the rest.
const BATCH: i64 = 500;

db::row! {
    struct Lapsed {
        id: JobId,
        org_id: Option<OrgId>,
        kind: String,
        stuck: bool,
        vps_id: Option<VpsId>,
    }
}

/// Gives lapsed leases back: to another try, or to an administrator after [`MAX_CRASHES`]. Returns how many of each.
///
/// # Errors
/// When the database does not answer.
pub async fn sweep(ctx: &Ctx) -> Result<(u64, u64)> {
    let tx = ctx.begin().await?;
    let lapsed = take_lapsed(MAX_CRASHES, BATCH).all(&tx).await?;
    let stuck: Vec<_> = lapsed.iter().filter(|job| job.stuck).collect();
    for job in &stuck {
        tell(&tx, job, &format!("The job {} took down {MAX_CRASHES} workers and needs attention", job.kind)).await?;
    }
    tx.commit().await?;
    let stuck = stuck.len() as u64;
    Ok((lapsed.len() as u64 - stuck, stuck))
}

/// Jobs whose deadline passed five minutes ago and that no worker takes, though they are not paused: their kind is of
/// another version, or their queue has no workers. They become stuck. Returns how many; 0 when another process is
/// working on it.
///
/// # Errors
/// When the database does not answer.
pub async fn give_up(ctx: &Ctx) -> Result<u64> {
    let tx = ctx.begin().await?;
    if !take_turn_to_give_up().only(&tx).await? {
        return Ok(0);
    }
    let late = give_up_late(BATCH).all(&tx).await?;
    for job in &late {
        tell(&tx, job, &format!("No worker took the job {} before its deadline; it needs attention", job.kind)).await?;
    }
    tx.commit().await?;
    Ok(late.len() as u64)
}

async fn tell(tx: &impl ConnectionTrait, job: &Lapsed, words: &str) -> Result<()> {
    let event = |words: &str| Event::new("job.stuck", EventStatus::Error, words).org(job.org_id).job(job.id);
    let event = match job.vps_id {
        // A server's customer reads it: neither kinds nor workers are theirs.
        Some(vps) => {
            let words = format!("A change of {NAME} takes longer than it should. We are looking into it.");
            event(&words).entity("vps", vps)
        }
        None => event(words).entity("job", job.id),
    };
    activity::record(tx, event).await
}

db::statement! {
    fn take_lapsed(max_crashes: i32, limit: i64) -> Lapsed = file "take_lapsed.sql";

    fn take_turn_to_give_up() -> bool = "select pg_try_advisory_xact_lock(hashtext('jobs.give_up'))";

    fn give_up_late(limit: i64) -> Lapsed = file "give_up_late.sql";
}
