//! Watching a cloud: one list of all our machines serves every job that waits for one of them.

use chrono::{DateTime, Utc};
use entity::CloudId;
use sea_orm::ConnectionTrait;
use serde_json::Value as Json;

use super::machine::{self, Machine};
use crate::error::Result;
use crate::queue::{self, Claim};
use crate::work::{self, Job, NewJob};
use crate::{Ctx, db};

/// Makes sure that a cloud is watched while a job waits for one of its machines. In the transaction of the wait.
///
/// # Errors
/// When the database refuses it.
pub async fn watch(ctx: &Ctx, tx: &impl ConnectionTrait, cloud: CloudId) -> Result<()> {
    work::enqueue_many(ctx, tx, &[NewJob::new(Job::WatchCloud { cloud })]).await?;
    Ok(())
}

db::row! {
    /// What a list of a cloud's machines meant for the jobs that wait for them.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct Watched {
        /// Jobs whose machine is as they wait for it, and that continue now.
        pub woken: i64,
        /// Jobs that still wait for a machine of the cloud.
        pub waiting: i64,
    }
}

/// Stores a list of machines that was asked for at `began`, and wakes the jobs whose machine is as they wait for it:
/// each is told what was seen.
///
/// # Errors
/// `fenced`.
pub async fn store_machines(
    ctx: &Ctx,
    claim: &Claim,
    cloud: CloudId,
    machines: &[Machine],
    began: DateTime<Utc>,
) -> Result<Watched> {
    let tx = ctx.begin().await?;
    queue::fence(&tx, claim).await?;
    store_sights(cloud, machine::to_json(machines)).exec(&tx).await?;
    let watched = wake_jobs(cloud, began).only(&tx).await?;
    queue::ring_all(&tx).await?;
    tx.commit().await?;
    Ok(watched)
}

/// Ends the watch of a cloud unless a job waits for it by now; returns whether it ended. A job that begins to wait in
/// this very moment asks the provider itself after its pause.
///
/// # Errors
/// `fenced`.
pub async fn end_watch(ctx: &Ctx, claim: &Claim, cloud: CloudId) -> Result<bool> {
    let tx = ctx.begin().await?;
    queue::fence(&tx, claim).await?;
    if is_awaited(cloud).only(&tx).await? {
        return Ok(false);
    }
    queue::succeed(&tx, claim, None).await?;
    tx.commit().await?;
    Ok(true)
}

db::statement! {
    fn store_sights(cloud: CloudId, machines: Json) =
        file "machines.sql",
        file "store_sights.sql";

    fn wake_jobs(cloud: CloudId, began: DateTime<Utc>) -> Watched = file "wake_jobs.sql";

    fn is_awaited(cloud: CloudId) -> bool =
        "select exists(select from job where state = 'waiting' and cloud_id = $1 and target_type = 'vps')";
}
