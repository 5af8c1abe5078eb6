//! Comparing a cloud's machines with our servers: machines that belong to no server are deleted, and servers whose
//! machine is missing are lost.

use std::time::Duration;

use chrono::{DateTime, Utc};
use entity::cloud_finding::FindingKind;
use entity::{CloudId, JobId, VpsId};
use sea_orm::{ConnectionTrait, DatabaseTransaction};
use serde_json::Value as Json;
use uuid::Uuid;

use super::machine::{self, Machine};
use crate::activity::{self, Event};
use crate::error::Result;
use crate::queue::{self, Claim};
use crate::work::{self, Job, NewJob};
use crate::{Ctx, EventStatus, db, vps};

/// Machines that one comparison gives to delete; the next takes the rest.
const MAX_ORPHANS: i64 = 200;

/// How patient the comparison is: a provider's list lags, and a restored backup knows less than
/// the provider.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// A machine whose server was deleted or failed is deleted after this.
    pub leftover: Duration,
    /// A machine with this installation's tag that no row has ever named is deleted after this.
    pub unknown: Duration,
    /// A server that two comparisons at least did not find is lost after this.
    pub missing: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { leftover: Duration::from_mins(15), unknown: Duration::from_hours(24), missing: Duration::from_mins(10) }
    }
}

db::row! {
    /// A machine that belongs to no server and is to be deleted now.
    #[derive(Clone, Debug)]
    pub struct Orphan {
        /// The finding that is settled by it.
        pub id: Uuid,
        /// The provider's own id.
        pub provider_ref: String,
        /// The label that it was created with.
        pub label: String,
    }
}

db::row! {
    /// What no comparison found before.
    struct NewFinding {
        kind: FindingKind,
        provider_ref: String,
        label: String,
    }
}

/// Compares all machines of a cloud, asked for at `began`, with the servers, and stores what is wrong. What was wrong
/// before and is right now is settled; servers that are missing for long are lost. Returns the machines to delete now.
///
/// # Errors
/// `fenced`.
pub async fn reconcile(
    ctx: &Ctx,
    claim: &Claim,
    cloud: CloudId,
    machines: &[Machine],
    began: DateTime<Utc>,
    patience: Patience,
) -> Result<Vec<Orphan>> {
    let tx = ctx.begin().await?;
    queue::fence(&tx, claim).await?;
    for found in compare(cloud, machine::to_json(machines), began).all(&tx).await? {
        tell(&tx, cloud, claim.id, &found).await?;
    }
    mark_lost(ctx, &tx, claim, cloud, patience.missing).await?;
    let (unknown_s, leftover_s) = (patience.unknown.as_secs_f64(), patience.leftover.as_secs_f64());
    let orphans = select_orphans(cloud, unknown_s, leftover_s, MAX_ORPHANS).all(&tx).await?;
    tx.commit().await?;
    Ok(orphans)
}

async fn tell(tx: &impl ConnectionTrait, cloud: CloudId, job: JobId, found: &NewFinding) -> Result<()> {
    let NewFinding { kind, provider_ref, label } = found;
    let (event, words) = match kind {
        FindingKind::Orphan => (
            "cloud.orphan",
            format!("The machine {label} ({provider_ref}) belongs to no server; it will be deleted if that stays so"),
        ),
        FindingKind::Missing => {
            ("cloud.missing", format!("The server {label} ({provider_ref}) is missing at its provider"))
        }
    };
    activity::record(tx, Event::new(event, EventStatus::Warning, words).entity("cloud", cloud).job(job)).await
}

async fn mark_lost(ctx: &Ctx, tx: &DatabaseTransaction, claim: &Claim, cloud: CloudId, after: Duration) -> Result<()> {
    for server in settle_missing(cloud, after.as_secs_f64()).all(tx).await? {
        vps::mark_lost(ctx, tx, claim, server).await?;
    }
    Ok(())
}

/// A machine that belonged to no server was deleted.
///
/// # Errors
/// `fenced`.
pub async fn orphan_deleted(ctx: &Ctx, claim: &Claim, orphan: &Orphan) -> Result<()> {
    let tx = ctx.begin().await?;
    queue::fence(&tx, claim).await?;
    if settle_orphan(orphan.id).exec(&tx).await? == 1 {
        let words =
            format!("The machine {} ({}) belonged to no server and was deleted", orphan.label, orphan.provider_ref);
        activity::record(&tx, Event::new("cloud.orphan", EventStatus::Success, words).job(claim.id)).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Asks for a comparison of every cloud that is valid and not paused, unless one is in progress. Ends the job. Returns
/// how many comparisons were enqueued.
///
/// # Errors
/// `fenced`.
pub async fn reconcile_all(ctx: &Ctx, claim: &Claim) -> Result<usize> {
    let tx = ctx.begin().await?;
    queue::fence(&tx, claim).await?;
    let clouds = select_comparable().all(&tx).await?;
    let comparison = |cloud| NewJob::new(Job::ReconcileCloud { cloud: Some(cloud) });
    let wanted: Vec<NewJob> = clouds.into_iter().map(comparison).collect();
    let enqueued = work::enqueue_many(ctx, &tx, &wanted).await?.len();
    queue::succeed(&tx, claim, None).await?;
    tx.commit().await?;
    Ok(enqueued)
}

db::statement! {
    /// Returns what is wrong and was not known before.
    fn compare(cloud: CloudId, machines: Json, began: DateTime<Utc>) -> NewFinding =
        file "machines.sql",
        file "compare.sql";

    fn select_orphans(cloud: CloudId, unknown_s: f64, leftover_s: f64, limit: i64) -> Orphan =
        file "select_orphans.sql";

    fn settle_missing(cloud: CloudId, after_s: f64) -> VpsId = file "settle_missing.sql";

    fn settle_orphan(finding: Uuid) =
        "update cloud_finding set settled_at = clock_timestamp(), outcome = 'deleted'
         where id = $1 and settled_at is null";

    fn select_comparable() -> CloudId =
        "select id from cloud where deleted_at is null and status = 'valid' and paused_at is null";
}
